// The WebSocket server of npm's "ws" on Node: sends each message back, without compression: node-ws-echo.js [PORT].
// Prints its port.
const { WebSocketServer } = require("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  maxPayload: 32 * 1024 * 1024,
  perMessageDeflate: false,
});
server.on("connection", (socket, request) => {
  request.socket.setNoDelay(true);
  socket.on("message", (message, isBinary) => socket.send(message, { binary: isBinary }));
});
server.on("listening", () => console.log("listening on port " + server.address().port));
