// Bun's own WebSocket server: sends each message back, without compression: bun-ws-echo.js [PORT]. Prints its port.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("no WebSocket here\n", { status: 426 });
  },
  websocket: {
    maxPayloadLength: 32 * 1024 * 1024,
    backpressureLimit: 64 * 1024 * 1024,
    perMessageDeflate: false,
    message(socket, message) {
      socket.send(message);
    },
  },
});
console.log("listening on port " + server.port);
