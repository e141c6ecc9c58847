package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import dev.asyncio.bench.StreamSource.Form;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Netty as a [StreamSource], in its own idiom: writes while the channel is writable, each block at once.
final class NettySource extends ChannelInboundHandlerAdapter {

    private final Form form;
    private ByteBuffer block;
    private long number;

    NettySource(Form form) {
        this.form = form;
    }

    static StreamSource.Source start(InetSocketAddress address, Transport transport, Form form) throws IOException {
        NettyServer server = NettyServer.start(address, transport, channel -> {
            var source = new NettySource(form);
            switch (form) {
                case BARE -> channel.pipeline().addLast(source);
                case MESSAGE -> NettyWebSocketEcho.addHandlers(channel, WebSocketContender.Deflate.OFF, true, source);
            }
        });
        return new StreamSource.Source(server.address(), server::close);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = form == Form.MESSAGE ? ((WebSocketFrame) message).content() : (ByteBuf) message;
        block = StreamRequest.of(bytes.nioBuffer()).newBlock();
        bytes.release();
        channelWritabilityChanged(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        while (block != null && context.channel().isWritable() && context.channel().isActive()) {
            ByteBuf bytes = context.alloc().ioBuffer(block.capacity()).writeBytes(block.clear().putLong(0, number++));
            context.writeAndFlush(form == Form.MESSAGE ? new BinaryWebSocketFrame(bytes) : bytes,
                    context.voidPromise());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) { // else the receiver has gone: that is how a stream ends
            System.err.println("Netty source: " + cause);
        }
        context.close();
    }
}
