// The WebSocket server of npm's "ws" on Node as a source: sends each client the blocks that it asks for, a message each,
// until it goes away: node-ws-source.js [PORT]. Prints its port.
const { WebSocketServer } = require("ws");
const { Blocks } = require("./blocks.js");

// Enough to be under way while a callback comes round.
const BATCH_BYTES = 256 * 1024;

// Goes on when the callback of a batch's last message says that it has gone out. A message may have to wait, so each has
// memory of its own.
function sendBlocks(socket, blocks) {
  const count = Math.ceil(BATCH_BYTES / blocks.block.length);
  for (let i = 1; i < count; i++) {
    socket.send(Buffer.from(blocks.next()));
  }
  socket.send(Buffer.from(blocks.next()), (failure) => {
    if (!failure) { // else the receiver has gone: that is how a stream ends
      sendBlocks(socket, blocks);
    }
  });
}

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  perMessageDeflate: false,
});
server.on("connection", (socket, request) => {
  request.socket.setNoDelay(true);
  socket.on("error", console.error);
  socket.on("message", (message) => sendBlocks(socket, new Blocks(message)));
});
server.on("listening", () => console.log("listening on port " + server.address().port));
