package dev.asyncio.ws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;

/// Bytes that a peer writes, in order or not. Whether they are masked depends on whose peer it is.
@FunctionalInterface
interface Wire {

    int FIN = 0x80;
    int RSV1 = 0x40;
    int CONTINUATION = 0;
    int TEXT = 1;
    int BINARY = 2;
    int CLOSE = 8;
    int PING = 9;
    int PONG = 10;

    /// That of the examples in RFC 6455, section 5.7.
    int KEY = 0x37FA213D;

    byte[] bytes(boolean isMasked);

    /// A frame in order but, perhaps, for its first byte.
    static Wire frame(int first, byte... payload) {
        return frame(first, shortestForm(payload.length), payload.length, KEY, payload);
    }

    /// @param form the seven bits of length, where 126 and 127 are followed by two and eight bytes more
    /// @param length as the header has it
    static Wire frame(int first, int form, long length, int key, byte... payload) {
        return isMasked -> {
            var frame = ByteBuffer.allocate(14 + payload.length);
            frame.put((byte) first).put((byte) (isMasked ? 0x80 | form : form));
            if (form == 126) {
                frame.putShort((short) length);
            } else if (form == 127) {
                frame.putLong(length);
            }
            if (isMasked) {
                frame.putInt(key);
            }
            for (int i = 0; i < payload.length; i++) {
                frame.put((byte) (isMasked ? payload[i] ^ key >>> 24 - 8 * (i & 3) : payload[i]));
            }
            return Arrays.copyOf(frame.array(), frame.position());
        };
    }

    private static int shortestForm(long length) {
        return length >= 0 && length < 126 ? (int) length : length >= 0 && length < 65_536 ? 126 : 127;
    }

    /// A frame that promises more than there is.
    static Wire promising(long length, int first, byte... payload) {
        return frame(first, shortestForm(length), length, KEY, payload);
    }

    /// A frame whose length takes more bytes than it needs.
    static Wire longForm(int form, int first, byte... payload) {
        return frame(first, form, payload.length, KEY, payload);
    }

    static Wire text(String text) {
        return frame(FIN | TEXT, utf8(text));
    }

    static Wire binary(byte... payload) {
        return frame(FIN | BINARY, payload);
    }

    static Wire ping(String payload) {
        return frame(FIN | PING, utf8(payload));
    }

    static Wire pong(String payload) {
        return frame(FIN | PONG, utf8(payload));
    }

    static Wire close(int code, String reason) {
        return close(code, utf8(reason));
    }

    static Wire close(int code, byte... reason) {
        return frame(FIN | CLOSE,
                ByteBuffer.allocate(2 + reason.length).putShort((short) code).put(reason).array());
    }

    /// The bytes themselves, whatever the role.
    static Wire raw(String digits) {
        return _ -> hex(digits);
    }

    /// The beginning of something longer.
    static Wire cut(int byteCount, Wire wire) {
        return isMasked -> Arrays.copyOf(wire.bytes(isMasked), byteCount);
    }

    /// A mask where there must be none, and none where there must be one.
    static Wire wronglyMasked(Wire wire) {
        return isMasked -> wire.bytes(!isMasked);
    }

    static Wire of(Wire... wires) {
        return isMasked -> {
            var all = new ByteArrayOutputStream();
            for (Wire wire : wires) {
                all.writeBytes(wire.bytes(isMasked));
            }
            return all.toByteArray();
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /// Bytes that differ from their neighbours.
    static byte[] pattern(int byteCount) {
        byte[] bytes = new byte[byteCount];
        for (int i = 0; i < byteCount; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    /// RFC 7692, 7.2.1, by a deflater that does nothing else.
    static byte[] deflated(byte... message) {
        try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            return deflated(deflater, message);
        }
    }

    static byte[] deflated(Deflater deflater, byte... message) {
        deflater.setInput(message);
        byte[] room = new byte[2 * message.length + 64];
        int byteCount = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(room, byteCount - 4);
    }
}
