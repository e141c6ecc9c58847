package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Netty's TCP client in its own idiom.
final class NettyRoundTripClient extends NettyClient {

    /// The message's own bytes, made ready once for all.
    private final ByteBuf bytes = Unpooled.wrappedBuffer(message());

    private NettyRoundTripClient(Transport transport, int messageBytes) {
        super(transport, messageBytes);
    }

    private NettyRoundTripClient(NettyServer server, Transport transport, int messageBytes) {
        super(server, transport, messageBytes);
    }

    static NettyRoundTripClient connect(InetSocketAddress server, Transport transport, int messageBytes)
            throws IOException {
        var client = new NettyRoundTripClient(transport, messageBytes);
        client.connect(server, client.new Bytes());
        return client;
    }

    /// On the server's loops. The client has to be closed first.
    static NettyRoundTripClient connectBeside(NettyServer server, Transport transport, int messageBytes)
            throws IOException {
        var client = new NettyRoundTripClient(server, transport, messageBytes);
        client.connect(server.address(), client.new Bytes());
        return client;
    }

    private final class Bytes extends Replies<ByteBuf> {

        Bytes() {
            super(ByteBuf.class);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            opened();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf piece) {
            receive(piece.nioBuffer());
        }
    }

    @Override
    void send() {
        channel().writeAndFlush(bytes.retainedDuplicate(), channel().voidPromise());
    }
}
