// The check of an echo server that every peer with the browsers' WebSocket makes: Node, ws, Bun and Chromium, which
// gets this file as text. Returns what was negotiated; throws what went wrong.
globalThis.checkEcho = async function (socket, largest = 16 << 20) {
  const sizes = [0, 1, 125, 126, 65535, 65536, 1 << 20, 16 << 20].filter(size => size <= largest);
  const burst = 5000;
  const arrived = [];
  let closed = null;
  let wake = () => {};
  socket.binaryType = 'arraybuffer';
  socket.onmessage = event => { arrived.push(event.data); wake(); };
  socket.onclose = event => { closed = event; wake(); };
  socket.onerror = event => { closed ??= { code: 'error', reason: event.message ?? '' }; wake(); };

  async function until(isDone) {
    while (!isDone()) {
      if (closed) throw new Error(`closed too early: ${closed.code} ${closed.reason}`);
      await new Promise(resolve => { wake = resolve; });
    }
  }
  async function next() {
    await until(() => arrived.length > 0);
    return arrived.shift();
  }

  // Half of it can be compressed, half cannot.
  function bytes(size) {
    const made = new Uint8Array(size);
    for (let i = 0, random = 1; i < size; i++) {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      made[i] = i % 64 < 32 ? random >>> 16 : 7;
    }
    return made;
  }
  // Characters of one to four bytes, as many bytes as asked for.
  function text(size) {
    return 'aé€😀'.repeat(Math.floor(size / 10)) + 'x'.repeat(size % 10);
  }

  if (socket.readyState === 0) {
    await new Promise(resolve => { socket.onopen = resolve; wake = resolve; });
    if (closed) throw new Error(`not opened: ${closed.code} ${closed.reason}`);
  }
  for (const size of sizes) {
    const sentBytes = bytes(size);
    socket.send(sentBytes);
    const cameBytes = new Uint8Array(await next());
    if (cameBytes.length !== size || !cameBytes.every((value, i) => value === sentBytes[i])) {
      throw new Error(`${size} bytes came back as ${cameBytes.length}, or others`);
    }
    const sentText = text(size);
    socket.send(sentText);
    const cameText = await next();
    if (cameText !== sentText) throw new Error(`a text of ${size} bytes came back as ${cameText.length} characters`);
  }
  for (let i = 0; i < burst; i++) socket.send(`message ${i}`);
  for (let i = 0; i < burst; i++) {
    const came = await next();
    if (came !== `message ${i}`) throw new Error(`message ${i} came back as ${came}`);
  }
  const extensions = socket.extensions;
  socket.close(1000, 'that is all');
  await until(() => closed);
  if (closed.code !== 1000 || !closed.wasClean) throw new Error(`close was answered by ${closed.code}`);
  const compression = extensions.includes('permessage-deflate') ? 'compressed' : 'not compressed';
  return compression + (largest < 16 << 20 ? `, to ${largest} bytes only` : '');
};
