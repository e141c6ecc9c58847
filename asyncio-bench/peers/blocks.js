// What our sources in JavaScript send: blocks that each begin with their number in eight bytes, the highest first; the
// byte at any other position i is i * 31 + 7.
class Blocks {
  // Eight bytes, two numbers: the bytes of a block, and how to write it, which is always at once here.
  constructor(request) {
    this.block = Buffer.alloc(request.readUInt32BE(0));
    this.number = 0;
    for (let i = 8; i < this.block.length; i++) {
      this.block[i] = (i * 31 + 7) & 0xff;
    }
  }

  // The next block, in the same memory as the one before, or in that of a copy of it.
  next(memory = this.block) {
    memory.writeUInt32BE(Math.floor(this.number / 2 ** 32), 0);
    memory.writeUInt32BE(this.number % 2 ** 32, 4);
    this.number++;
    return memory;
  }
}

module.exports = { Blocks };
