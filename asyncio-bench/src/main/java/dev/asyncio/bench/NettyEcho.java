package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Netty in its own idiom: what is read is written back, and flushed at the end of each batch of reads.
record NettyEcho(NettyServer server) implements EchoContender {

    static NettyEcho start(InetSocketAddress address, Transport transport) throws IOException {
        return new NettyEcho(NettyServer.start(address, transport, NettyEcho::addHandlers));
    }

    /// With a single loop, on which a client of the same process can be, too.
    static NettyEcho startOnOneLoop(InetSocketAddress address, Transport transport) throws IOException {
        return new NettyEcho(NettyServer.start(address, transport, 1, NettyEcho::addHandlers));
    }

    private static void addHandlers(Channel channel) {
        NettyServer.readAtOnce(channel, BUFFER_BYTES);
        channel.pipeline().addLast(new NettyServer.Echo());
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }
}
