package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Netty's WebSocket client, in its own idiom.
final class NettyWebSocketClient extends NettyClient {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    /// A frame with the longest message comes with one read, as it does with ours.
    private static final int READ_BYTES = 128 * 1024;

    /// The message's own bytes, made ready once for all: what is sent is masked elsewhere.
    private final ByteBuf bytes = Unpooled.wrappedBuffer(message());

    private NettyWebSocketClient(Transport transport, int messageBytes) {
        super(transport, messageBytes);
    }

    static NettyWebSocketClient connect(InetSocketAddress server, Transport transport, int messageBytes)
            throws IOException {
        var client = new NettyWebSocketClient(transport, messageBytes);
        client.connect(server, client.pipeline(server));
        return client;
    }

    private ChannelInitializer<Channel> pipeline(InetSocketAddress server) {
        var config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(WebSocketClientKind.uri(server))
                .maxFramePayloadLength(WebSocketContender.MAX_MESSAGE_BYTES)
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                NettyServer.readAtOnce(opened, READ_BYTES);
                opened.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_HEAD_BYTES),
                        new WebSocketClientProtocolHandler(config), new Frames());
            }
        };
    }

    private final class Frames extends Replies<WebSocketFrame> {

        Frames() {
            super(WebSocketFrame.class);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                opened();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            if (frame instanceof BinaryWebSocketFrame) {
                receive(frame.content().nioBuffer(), frame.isFinalFragment());
            } else {
                fail(new IOException("expected a binary message, got " + frame));
            }
        }
    }

    @Override
    void send() {
        channel().writeAndFlush(new BinaryWebSocketFrame(bytes.retainedDuplicate()), channel().voidPromise());
    }
}
