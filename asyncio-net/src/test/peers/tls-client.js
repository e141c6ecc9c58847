// node tls-client.js PROTOCOL PORT CA: checks a TLS echo server, half close and all.
const crypto = require('crypto');
const fs = require('fs');
const tls = require('tls');

const [protocol, port, ca] = process.argv.slice(2);
const sizes = [1, 16383, 16384, 16385, 1 << 20, 16 << 20];
const hash = () => crypto.createHash('sha256');

const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: fs.readFileSync(ca),
  minVersion: protocol, maxVersion: protocol });
const sent = hash();
const received = hash();
let expected = sizes.reduce((sum, size) => sum + size);
let ended = false;
let cipher;

socket.on('secureConnect', () => {
  cipher = socket.getCipher().name;
  for (const size of sizes) {
    const bytes = crypto.randomBytes(size);
    sent.update(bytes);
    socket.write(bytes);
  }
});
socket.on('data', bytes => {
  received.update(bytes);
  expected -= bytes.length;
  if (expected === 0) socket.end();
});
socket.on('end', () => { ended = true; });
socket.on('error', failure => { console.log(failure.message); process.exit(1); });
socket.on('close', () => {
  const isSame = sent.digest('hex') === received.digest('hex');
  console.log(isSame && ended ? `${protocol} ${cipher}`
    : `${expected} bytes missing, or others came, or no end: ${ended}`);
  process.exit(isSame && ended ? 0 : 1);
});
