package dev.asyncio.bench;

import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.net.StreamHandler;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;

/// asyncio as its README has it, with a buffer as large as the others have here.
final class AsyncioEcho {

    private AsyncioEcho() {}

    static EchoContender start(InetSocketAddress address) throws IOException {
        var server = TcpServer.start(TcpListener.bind(address, NoDelay.tcpOptions()), AsyncioEcho::echo);
        return new Running(server, null);
    }

    static EchoContender startOnPlatformThreads(InetSocketAddress address) throws IOException {
        return start(address, EventLoopGroup.builder().platformThreads().build(), NoDelay.isWanted(),
                AsyncioEcho::echo);
    }

    /// Any server, with loops of its own, which it closes.
    static EchoContender start(InetSocketAddress address, EventLoopGroup group, boolean noDelay, StreamHandler handler)
            throws IOException {
        var options = TcpOptions.builder().noDelay(noDelay).eventLoops(group).build();
        try {
            return new Running(TcpServer.start(TcpListener.bind(address, options), handler), group);
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    private static void echo(TcpStream stream) throws IOException {
        NoDelay.require(stream.option(StandardSocketOptions.TCP_NODELAY));
        var buffer = ByteBuffer.allocateDirect(EchoContender.BUFFER_BYTES);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    /// The group is null where it is the shared one.
    private record Running(TcpServer server, EventLoopGroup group) implements EchoContender {

        @Override
        public InetSocketAddress address() {
            return server.localAddress();
        }

        @Override
        public void close() {
            server.close();
            if (group != null) {
                group.close();
            }
        }
    }
}
