// node tls-server.js CHAIN KEY: an echo server over TLS, which ends when its client does.
const fs = require('fs');
const tls = require('tls');

const [chain, key] = process.argv.slice(2);
const options = { cert: fs.readFileSync(chain), key: fs.readFileSync(key), allowHalfOpen: true };
const server = tls.createServer(options, socket => {
  socket.on('error', failure => console.log(failure.message));
  socket.pipe(socket);
});
server.listen(0, '127.0.0.1', () => console.log(`listening on port ${server.address().port}`));
