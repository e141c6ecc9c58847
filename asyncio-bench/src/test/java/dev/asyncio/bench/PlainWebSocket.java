package dev.asyncio.bench;

import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Random;

/// A client of the tests' own, which writes its frames in pieces, as networks do, and reads in pieces, too.
final class PlainWebSocket implements AutoCloseable {

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;

    private final SocketChannel channel;
    private final DataInputStream input;

    private PlainWebSocket(SocketChannel channel, Random random) throws IOException {
        this.channel = channel;
        this.input = new DataInputStream(new InPieces(channel.socket().getInputStream(), random));
    }

    static PlainWebSocket connect(InetSocketAddress server, Random random) throws IOException {
        var channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
        PlainHandshake.perform(channel);
        channel.socket().setSoTimeout((int) Waiting.PATIENCE.toMillis());
        return new PlainWebSocket(channel, random);
    }

    /// A message, or a close with its payload.
    record Received(int opcode, byte[] payload) {}

    void send(int opcode, byte[] payload, Random random) throws IOException {
        byte[] frame = frame(opcode, payload, Payloads.bytes(4, random));
        for (int position = 0; position < frame.length;) {
            int count = Math.min(1 + random.nextInt(1 << random.nextInt(18)), frame.length - position);
            channel.socket().getOutputStream().write(frame, position, count);
            position += count;
        }
    }

    private static byte[] frame(int opcode, byte[] payload, byte[] mask) throws IOException {
        var bytes = new ByteArrayOutputStream(payload.length + 14);
        var frame = new DataOutputStream(bytes);
        frame.writeByte(0x80 | opcode);
        if (payload.length <= 125) {
            frame.writeByte(0x80 | payload.length);
        } else if (payload.length <= 0xFFFF) {
            frame.writeByte(0x80 | 126);
            frame.writeShort(payload.length);
        } else {
            frame.writeByte(0x80 | 127);
            frame.writeLong(payload.length);
        }
        frame.write(mask);
        for (int i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ mask[i % 4]);
        }
        return bytes.toByteArray();
    }

    /// Waits for the next message, which may come in several frames.
    Received receive() throws IOException {
        var payload = new ByteArrayOutputStream();
        int start = input.readUnsignedByte();
        int opcode = start & 0x7F;
        while (true) {
            payload.writeBytes(readPayload());
            if ((start & 0x80) != 0) {
                return new Received(opcode, payload.toByteArray());
            }
            start = input.readUnsignedByte();
            if ((start & 0x7F) != 0) {
                throw new IOException("expected a continuation, got a frame that begins with %02x".formatted(start));
            }
        }
    }

    private byte[] readPayload() throws IOException {
        int length = input.readUnsignedByte(); // above 127 if it is masked, and then found too long
        if (length == 126) {
            length = input.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(input.readLong());
        }
        byte[] payload = input.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("expected a payload of " + length + " bytes, got " + payload.length);
        }
        return payload;
    }

    /// Waits for the server to end the connection.
    boolean isEnded() throws IOException {
        return input.read() == -1;
    }

    /// Reads less than it might.
    private static final class InPieces extends InputStream {

        private final InputStream input;
        private final Random random;

        InPieces(InputStream input, Random random) {
            this.input = input;
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return input.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return input.read(bytes, offset, Math.min(length, 1 + random.nextInt(1 << random.nextInt(18))));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
