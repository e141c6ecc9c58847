package dev.asyncio.ws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One line of the conformance table: what the peer sends, frame by frame, what must come back, and how it ends. Frames
/// are written without masks; whoever plays the client masks them on the way.
final class ConformanceCase {

    /// What a message that is in order comes to.
    static final int NORMAL = 1000;

    final String name;
    final List<Frame> sent = new ArrayList<>();
    final List<Frame> expected = new ArrayList<>();
    Compression compression;

    /// The close frame that must come after what is expected; empty if the test itself is to close.
    byte[] close;

    /// The close frame's code counts, its reason is words.
    boolean isFailure;

    private ConformanceCase(String name) {
        this.name = name;
    }

    /// A frame on the wire.
    ///
    /// @param first FIN, reserved bits and opcode
    /// @param lengthForm 0 for the shortest; 2 or 8 for that many bytes of length
    /// @param promisedBytes what the header says; the payload may be cut short
    record Frame(int first, byte[] payload, int lengthForm, long promisedBytes) {

        byte[] encode(boolean isMasked, int key) {
            var out = new ByteArrayOutputStream();
            out.write(first);
            int maskBit = isMasked ? 0x80 : 0;
            if (lengthForm == 8 || lengthForm == 0 && promisedBytes > 65_535) {
                out.write(maskBit | 127);
                out.writeBytes(ByteBuffer.allocate(8).putLong(promisedBytes).array());
            } else if (lengthForm == 2 || promisedBytes > 125) {
                out.write(maskBit | 126);
                out.writeBytes(ByteBuffer.allocate(2).putShort((short) promisedBytes).array());
            } else {
                out.write(maskBit | (int) promisedBytes);
            }
            if (isMasked) {
                out.writeBytes(ByteBuffer.allocate(4).putInt(key).array());
            }
            for (int i = 0; i < payload.length; i++) {
                out.write(isMasked ? payload[i] ^ key >>> 24 - 8 * (i % 4) : payload[i]);
            }
            return out.toByteArray();
        }
    }

    static ConformanceCase of(String name) {
        return new ConformanceCase(name);
    }

    ConformanceCase with(Compression wishes) {
        compression = wishes;
        return this;
    }

    ConformanceCase send(int first, byte... payload) {
        sent.add(new Frame(first, payload, 0, payload.length));
        return this;
    }

    ConformanceCase send(int first, String text) {
        return send(first, utf8(text));
    }

    ConformanceCase sendInForm(int lengthForm, int first, byte[] payload) {
        sent.add(new Frame(first, payload, lengthForm, payload.length));
        return this;
    }

    /// A header that promises more than comes.
    ConformanceCase sendPart(int first, long promisedBytes, byte... payload) {
        sent.add(new Frame(first, payload, promisedBytes > 65_535 || promisedBytes < 0 ? 8 : 0, promisedBytes));
        return this;
    }

    ConformanceCase expect(int first, byte... payload) {
        expected.add(new Frame(first, payload, 0, payload.length));
        return this;
    }

    ConformanceCase expect(int first, String text) {
        return expect(first, utf8(text));
    }

    ConformanceCase echo(int first, byte... payload) {
        return send(first, payload).expect(first, payload);
    }

    ConformanceCase echo(int first, String text) {
        return echo(first, utf8(text));
    }

    /// The peer's close frame must be answered by exactly this one.
    ConformanceCase closes(byte... answer) {
        close = answer;
        return this;
    }

    /// The connection must be failed with this code.
    ConformanceCase fails(int code) {
        close = code(code);
        isFailure = true;
        return this;
    }

    static byte[] code(int code) {
        return new byte[] {(byte) (code >> 8), (byte) code};
    }

    static byte[] close(int code, String reason) {
        return concat(code(code), utf8(reason));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] concat(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
    }

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
