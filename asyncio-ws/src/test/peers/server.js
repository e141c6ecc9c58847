// node|bun server.js plain|deflate: an echo server by the package `ws`, or Bun's own.
const isCompressed = process.argv[2] === 'deflate';
const limit = 64 << 20;
if (globalThis.Bun) {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => self.upgrade(request) ? undefined : new Response('no WebSocket', { status: 426 }),
    websocket: {
      perMessageDeflate: isCompressed,
      maxPayloadLength: limit,
      backpressureLimit: limit,
      message: (socket, message) => { socket.send(message, isCompressed); },
    },
  });
  console.log(`listening on port ${server.port}`);
} else {
  const { WebSocketServer } = require('ws');
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    // By default ws leaves short messages as they are.
    perMessageDeflate: isCompressed && { threshold: 0 },
    maxPayload: limit,
  });
  server.on('connection', socket => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  server.on('listening', () => console.log(`listening on port ${server.address().port}`));
}
