// node|bun server.js plain|deflate: an echo server by the package `ws`, or Bun's own. With CHAIN KEY behind it, Node's
// speaks TLS.
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
  const { readFileSync } = require('fs');
  const { WebSocketServer } = require('ws');
  const [chain, key] = process.argv.slice(3);
  const http = chain
    ? require('https').createServer({ cert: readFileSync(chain), key: readFileSync(key) })
    : require('http').createServer();
  const server = new WebSocketServer({
    server: http,
    // By default ws leaves short messages as they are.
    perMessageDeflate: isCompressed && { threshold: 0 },
    maxPayload: limit,
  });
  server.on('connection', socket => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  http.listen(0, '127.0.0.1', () => console.log(`listening on port ${http.address().port}`));
}
