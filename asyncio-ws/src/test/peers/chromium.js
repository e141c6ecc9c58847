// node --experimental-websocket chromium.js BINARY echo|chat URL [KEY_HASH]: has headless Chromium check an echo server,
// or chat on our page; over TLS, it trusts the certificate whose public key has that SHA-256 in base64. Speaks the DevTools protocol over the runtime's own WebSocket, one for each page.
const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const [binary, task, url, keyHash] = process.argv.slice(2);
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'peers-chromium-'));
const browser = spawn(binary, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  ...(keyHash ? [`--ignore-certificate-errors-spki-list=${keyHash}`] : []),
  '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });

function debuggingPort() {
  return new Promise((resolve, reject) => {
    let said = '';
    browser.stderr.on('data', data => {
      said += data;
      const found = said.match(/DevTools listening on ws:\/\/[^:]+:(\d+)/);
      if (found) resolve(found[1]);
    });
    browser.on('error', reject);
    browser.on('exit', () => reject(new Error(`Chromium ended: ${said}`)));
  });
}

async function openPage(port, location) {
  const answer = await fetch(`http://127.0.0.1:${port}/json/new?${location}`, { method: 'PUT' });
  const target = await answer.json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  const waiting = new Map();
  let lastId = 0;
  socket.onmessage = event => {
    const { id, result } = JSON.parse(event.data);
    waiting.get(id)?.(result);
  };
  return {
    async evaluate(expression) {
      const id = ++lastId;
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate',
        params: { expression, awaitPromise: true, returnByValue: true } }));
      const { result, exceptionDetails } = await new Promise(resolve => waiting.set(id, resolve));
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    // Pages change by themselves; looking again is all that one can do from outside.
    async until(expression) {
      for (let i = 0; i < 200; i++) {
        if (await this.evaluate(expression).catch(() => false)) return;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      throw new Error(`never came true: ${expression}; the page: ${await this.evaluate('document.body.innerText')}`);
    },
    close: () => fetch(`http://127.0.0.1:${port}/json/close/${target.id}`),
  };
}

async function echo(port) {
  const page = await openPage(port, 'about:blank');
  await page.evaluate(fs.readFileSync(path.join(__dirname, 'check-echo.js'), 'utf8') + '; true');
  return page.evaluate(`checkEcho(new WebSocket(${JSON.stringify(url)}))`);
}

async function chat(port) {
  const join = async name => {
    const page = await openPage(port, url);
    page.say = text => page.evaluate(`document.getElementById('text').value = ${JSON.stringify(text)};
      document.forms[0].requestSubmit()`);
    page.hears = text => page.until(
      `[...document.querySelectorAll('#said li')].some(line => line.textContent === ${JSON.stringify(text)})`);
    await page.until('document.readyState === "complete" && socket.readyState === WebSocket.OPEN');
    await page.say(name);
    await page.hears(`* ${name} joins`);
    return page;
  };
  const anna = await join('anna');
  const bert = await join('bert');
  await anna.hears('* bert joins');
  await bert.say('good <b>morning</b> €😀');
  await anna.hears('bert: good <b>morning</b> €😀');
  await bert.close();
  await anna.hears('* bert leaves');
  return 'joined, said, left';
}

async function main() {
  const port = await debuggingPort();
  return task === 'echo' ? echo(port) : chat(port);
}

main().then(
  result => { console.log(result); return 0; },
  failure => { console.log(failure.message); return 1; },
).then(status => {
  browser.removeAllListeners('exit');
  browser.on('exit', () => {
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    process.exit(status);
  });
  browser.kill();
});
