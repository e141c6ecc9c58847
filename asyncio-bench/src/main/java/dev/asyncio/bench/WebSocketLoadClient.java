package dev.asyncio.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;

/// A [LoadGenerator] of WebSocket messages, each a masked frame of its own with a key of its own, and each to come back
/// as one frame: `WebSocketLoadClient HOST PORT [text|binary]`. Its loads come as those of [LoadClient]. Messages are
/// binary if it is not said; text is ASCII.
public final class WebSocketLoadClient {

    private WebSocketLoadClient() {}

    static void main(String[] args) throws IOException {
        LoadGenerator.main(args.length > 2 ? protocol(args[2]) : Frames.BINARY, args);
    }

    private static Frames protocol(String name) {
        return Names.find("kind of messages", Frames.values(), name);
    }

    /// Frames (RFC 6455, section 5.2) of one kind.
    enum Frames implements LoadProtocol {
        TEXT(0x1),
        BINARY(0x2);

        private static final int FIN = 0x80;
        private static final int MASKED = 0x80;
        private static final int OPCODE_CLOSE = 0x8;
        private static final short CLOSE_NORMAL = 1000;

        private final int opcode;

        /// The keys need not be unforeseeable here, only different.
        private final Random random = new Random(0);

        Frames(int opcode) {
            this.opcode = opcode;
        }

        @Override
        public void begin(SocketChannel channel) throws IOException {
            PlainHandshake.perform(channel);
        }

        @Override
        public byte[] newPayload(int messageBytes) {
            var contents = new Random(messageBytes);
            byte[] bytes = new byte[messageBytes];
            for (int i = 0; i < messageBytes; i++) {
                bytes[i] = (byte) (this == TEXT ? contents.nextInt(' ', 0x7F) : contents.nextInt());
            }
            return bytes;
        }

        @Override
        public Header requestHeader(int messageBytes) {
            int maskingKey = random.nextInt();
            ByteBuffer header = ByteBuffer.allocate(14);
            putStart(header, MASKED, messageBytes);
            return new Header(bytesOf(header.putInt(maskingKey)), maskingKey);
        }

        @Override
        public byte[] replyHeader(int messageBytes) {
            ByteBuffer header = ByteBuffer.allocate(10);
            putStart(header, 0, messageBytes);
            return bytesOf(header);
        }

        private void putStart(ByteBuffer header, int mask, int messageBytes) {
            header.put((byte) (FIN | opcode));
            if (messageBytes <= 125) {
                header.put((byte) (mask | messageBytes));
            } else if (messageBytes <= 0xFFFF) {
                header.put((byte) (mask | 126)).putShort((short) messageBytes);
            } else {
                header.put((byte) (mask | 127)).putLong(messageBytes);
            }
        }

        private static byte[] bytesOf(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            return bytes;
        }

        /// 7.1.1: whoever is asked to close answers, and the server is first to end the connection. A key of 0 is a key.
        @Override
        public void end(SocketChannel channel) throws IOException {
            ByteBuffer close = ByteBuffer.allocate(8)
                    .put((byte) (FIN | OPCODE_CLOSE))
                    .put((byte) (MASKED | Short.BYTES))
                    .putInt(0)
                    .putShort(CLOSE_NORMAL)
                    .flip();
            if (channel.write(close) < close.limit()) {
                throw new IOException("no room for a close frame of " + close.limit() + " bytes");
            }
        }

        /// 5.5.1: with a close frame of its own.
        @Override
        public boolean isFarewell(byte first) {
            return first == (byte) (FIN | OPCODE_CLOSE);
        }
    }
}
