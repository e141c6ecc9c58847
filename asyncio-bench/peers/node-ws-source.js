// The WebSocket server of npm's "ws" on Node as a source: sends each client the blocks that it asks for, a message each,
// until it goes away: node-ws-source.js [PORT]. Prints its port.
const { WebSocketServer } = require("ws");
const { Blocks } = require("./blocks.js");

// Enough to be under way while a callback comes round.
const BATCH_BYTES = 256 * 1024;

// A message may have to wait, so each of a batch has memory of its own. When the callback of the last says that it has gone
// out, all have, and the next batch takes their place.
function sendBlocks(socket, blocks) {
  const count = Math.ceil(BATCH_BYTES / blocks.block.length);
  const batch = Array.from({ length: count }, () => Buffer.from(blocks.block));
  const last = batch.pop();
  function sendBatch(failure) {
    if (failure) {
      return; // the receiver has gone: that is how a stream ends
    }
    for (const memory of batch) {
      socket.send(blocks.next(memory));
    }
    socket.send(blocks.next(last), sendBatch);
  }
  sendBatch();
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
