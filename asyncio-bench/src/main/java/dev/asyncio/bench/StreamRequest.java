package dev.asyncio.bench;

import java.nio.ByteBuffer;
import java.util.Locale;

/// What a receiver asks of a sender: eight bytes, two numbers. Then come blocks without end, until the receiver goes
/// away. Each begins with its number in eight bytes; the byte at any other position i is i * 31 + 7.
///
/// @param blockBytes at least 8
record StreamRequest(int blockBytes, Mode mode) {

    static final int BYTES = 2 * Integer.BYTES;

    /// How a block is written.
    enum Mode {
        /// It lies in one buffer, and is written at once.
        WHOLE,
        /// Its number and the rest lie apart, and are copied together first.
        JOINED,
        /// They are handed over in one gathering write.
        VECTORED,
        /// They are written one after the other.
        SEPARATE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static StreamRequest of(ByteBuffer bytes) {
        return new StreamRequest(bytes.getInt(), Mode.values()[bytes.getInt()]);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putInt(blockBytes).putInt(mode.ordinal()).array();
    }

    /// A block with the number 0.
    ByteBuffer newBlock() {
        ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
        for (int i = Long.BYTES; i < blockBytes; i++) {
            block.put(i, (byte) (i * 31 + 7));
        }
        return block;
    }
}
