package dev.asyncio.bench;

import dev.asyncio.bench.HoldingClient.Protocol;
import dev.asyncio.bench.IdleCost.Memory;
import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import io.netty.util.internal.PlatformDependent;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A contender's echo server as one has it for many connections of which few speak: none holds a large buffer for a
/// connection that is silent.
///
/// @param isNetty so that direct memory is asked of it, too
record IdleServer(InetSocketAddress address, Closeable server, boolean isNetty) implements Closeable {

    /// @param contender by any of its names
    static IdleServer start(Protocol protocol, String contender) throws IOException {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return switch (protocol) {
            case TCP -> startTcp(EchoContender.Kind.of(contender), anyPort);
            case WEBSOCKET -> startWebSocket(WebSocketContender.Kind.of(contender), anyPort);
        };
    }

    private static IdleServer startTcp(EchoContender.Kind kind, InetSocketAddress address) throws IOException {
        return switch (kind) {
            case ASYNCIO -> {
                TcpListener listener = TcpListener.bind(address, NoDelay.tcpOptions());
                NoDelay.require(listener);
                var server = TcpServer.start(listener, new IdleEcho()::echo);
                yield new IdleServer(server.localAddress(), server::close, false);
            }
            case JDK_VIRTUAL -> of(JdkEcho.startIdle(address, Thread.ofVirtual().factory()));
            case JDK_PLATFORM -> of(JdkEcho.startIdle(address, Thread.ofPlatform().factory()));
            // Netty takes a buffer for each read, and gives it back with the write.
            case NETTY_NIO, NETTY_EPOLL, NETTY_EPOLL_BUSY, NETTY_IO_URING -> of(kind.start(address));
            case ASYNCIO_PLATFORM_LOOP -> throw new IllegalArgumentException("there is no idle server of " + kind);
        };
    }

    private static IdleServer startWebSocket(WebSocketContender.Kind kind, InetSocketAddress address)
            throws IOException {
        WebSocketContender server = kind.start(address, WebSocketContender.Deflate.OFF);
        return new IdleServer(server.address(), server::close, server instanceof NettyWebSocketEcho);
    }

    private static IdleServer of(EchoContender server) {
        return new IdleServer(server.address(), server::close, server instanceof NettyEcho);
    }

    /// What its process holds. Of Netty's direct memory, the JDK knows or not, by how Netty takes it; Netty always does.
    Memory memory() throws IOException, InterruptedException {
        Memory memory = Memory.settled();
        long nettyBytes = isNetty ? PlatformDependent.usedDirectMemory() : 0;
        return new Memory(
                memory.heapBytes(), Math.max(memory.directBytes(), nettyBytes), memory.residentBytes());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /// A connection takes a buffer when bytes are there, and gives it back before it waits again.
    static final class IdleEcho {

        private final Queue<ByteBuffer> spare = new ConcurrentLinkedQueue<>();

        void echo(ByteStream stream) throws IOException {
            boolean ended = false;
            while (!ended) {
                stream.awaitReadable(Deadline.never());
                ended = !echoOnce(stream);
            }
        }

        private boolean echoOnce(ByteStream stream) throws IOException {
            ByteBuffer buffer = spare.poll();
            if (buffer == null) {
                buffer = ByteBuffer.allocateDirect(EchoContender.BUFFER_BYTES);
            }
            try {
                boolean received = stream.read(buffer.clear()) != -1;
                stream.write(buffer.flip());
                return received;
            } finally {
                spare.add(buffer);
            }
        }
    }
}
