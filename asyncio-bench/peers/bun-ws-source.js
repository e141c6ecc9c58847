// Bun's own WebSocket server as a source: sends each client the blocks that it asks for, a message each, until it goes
// away: bun-ws-source.js [PORT]. Prints its port.
const { Blocks } = require("./blocks.js");

// Bun joins what it sends within one event, as far as that fits into 16 KiB. A send is above 0 when all has gone out; -1
// says that the rest waits, and to go on with the drain.
function sendBlocks(socket) {
  while (socket.send(socket.data.blocks.next()) > 0) {}
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("no WebSocket here\n", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    message(socket, request) {
      socket.data = { blocks: new Blocks(request) };
      sendBlocks(socket);
    },
    drain: sendBlocks,
  },
});
console.log("listening on port " + server.port);
