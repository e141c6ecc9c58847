package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// The server that WebSocket clients are compared by, which is none of theirs: plain NIO on one thread, which polls, so
/// that nobody has to wake it. Sends binary messages back, of one frame each, on one connection at a time. Prints its port,
/// and ends with the process.
public final class FixedWebSocketServer {

    /// More than a message of 64 KiB with its header.
    private static final int BUFFER_BYTES = 128 * 1024;

    private static final byte BINARY_FIN = (byte) 0x82;
    private static final byte CLOSE_FIN = (byte) 0x88;

    private final SocketChannel channel;

    /// What has come and was not sent back, up to the position.
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private final ByteBuffer reply = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /// The client has ended the connection, or asks to.
    private boolean isEnded;

    private FixedWebSocketServer(SocketChannel channel) {
        this.channel = channel;
    }

    static void main() throws IOException {
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            System.out.println("listening on port " + listener.socket().getLocalPort());
            while (true) {
                serve(listener.accept());
            }
        }
    }

    /// Until the client has gone.
    static void serve(SocketChannel accepted) {
        try (var channel = accepted) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, NoDelay.isWanted());
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            PlainHandshake.answer(channel);
            channel.configureBlocking(false);
            new FixedWebSocketServer(channel).echo();
        } catch (SocketException _) {
            // The client does not waste time on good-byes.
        } catch (IOException e) {
            System.err.println("fixed server: " + e);
        }
    }

    private void echo() throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (!isEnded) {
                if (selector.selectNow(_ -> {}) > 0) {
                    receive();
                }
            }
        }
    }

    private void receive() throws IOException {
        isEnded = channel.read(received) == -1;
        received.flip();
        while (sendBack()) {
            // there may be more than one
        }
        received.compact();
        if (!received.hasRemaining()) {
            throw new IOException("expected a frame of less than %,d bytes, got a longer one".formatted(BUFFER_BYTES));
        }
    }

    /// Sends the next frame back, if all of it has come; whether it had.
    private boolean sendBack() throws IOException {
        int start = received.position();
        if (received.remaining() < 2) {
            return false;
        }
        byte first = received.get(start);
        byte second = received.get(start + 1);
        if (first == CLOSE_FIN) {
            isEnded = true;
            return false;
        }
        if (first != BINARY_FIN || second >= 0) {
            throw new IOException(
                    "expected a masked binary message in one frame, got %02x %02x".formatted(first, second));
        }
        int shortLength = second & 0x7F;
        int keyStart = start + 2 + lengthBytes(shortLength);
        int payloadStart = keyStart + Integer.BYTES;
        if (received.limit() < payloadStart) {
            return false;
        }
        int payloadBytes = payloadBytes(start + 2, shortLength);
        if (received.limit() - payloadStart < payloadBytes) {
            return false;
        }
        reply.clear().put(received.slice(start, keyStart - start)).put(1, (byte) shortLength);
        putUnmasked(received.getInt(keyStart), payloadStart, payloadStart + payloadBytes);
        received.position(payloadStart + payloadBytes);
        reply.flip();
        while (reply.hasRemaining()) {
            channel.write(reply);
        }
        return true;
    }

    /// RFC 6455, section 5.2: the bytes of a length that does not fit into seven bits.
    private static int lengthBytes(int shortLength) {
        return switch (shortLength) {
            case 126 -> Short.BYTES;
            case 127 -> Long.BYTES;
            default -> 0;
        };
    }

    private int payloadBytes(int position, int shortLength) {
        return switch (shortLength) {
            case 126 -> Short.toUnsignedInt(received.getShort(position));
            case 127 -> Math.toIntExact(received.getLong(position));
            default -> shortLength;
        };
    }

    /// 5.3: eight bytes at a time.
    private void putUnmasked(int key, int from, int to) {
        long twice = (key & 0xFFFF_FFFFL) * 0x1_0000_0001L;
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            reply.putLong(received.getLong(i) ^ twice);
        }
        for (; i < to; i++) {
            reply.put((byte) (received.get(i) ^ key >>> 24 - (i - from) % 4 * 8));
        }
    }
}
