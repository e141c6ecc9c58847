// node client.js ws|builtin URL [LARGEST]: checks an echo server by the package `ws` or the runtime's own WebSocket (Node, Bun).
require('./check-echo.js');
const [kind, url, largest] = process.argv.slice(2);
const Client = kind === 'ws' ? require('ws') : globalThis.WebSocket;
if (!Client) {
  console.log('this runtime has no WebSocket of its own');
  process.exit(77);
}
checkEcho(new Client(url), largest && Number(largest)).then(
  result => { console.log(result); process.exit(0); },
  failure => { console.log(failure.message); process.exit(1); });
