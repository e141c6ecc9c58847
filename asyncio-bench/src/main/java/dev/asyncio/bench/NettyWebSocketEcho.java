package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// Netty in its own idiom: each frame is written back as it came, and flushed at the end of each batch of reads.
record NettyWebSocketEcho(NettyServer server) implements WebSocketContender {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    /// A frame with the longest message of the comparisons comes with one read, as it does with ours.
    private static final int READ_BYTES = EchoContender.readBytes(128 * 1024);

    static NettyWebSocketEcho start(
            InetSocketAddress address, Transport transport, Deflate deflate, boolean checksUtf8) throws IOException {
        return new NettyWebSocketEcho(NettyServer.start(address, transport,
                channel -> addHandlers(channel, deflate, checksUtf8, new NettyServer.Echo())));
    }

    /// Ends a channel's pipeline with a handler of WebSocket frames.
    static void addHandlers(Channel channel, Deflate deflate, boolean checksUtf8, ChannelHandler last) {
        var config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .maxFramePayloadLength(MAX_MESSAGE_BYTES)
                .allowExtensions(deflate == Deflate.ON)
                .withUTF8Validator(checksUtf8)
                .build();
        NettyServer.readAtOnce(channel, READ_BYTES);
        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_HEAD_BYTES));
        if (deflate == Deflate.ON) {
            channel.pipeline().addLast(new WebSocketServerCompressionHandler(MAX_MESSAGE_BYTES));
        }
        channel.pipeline().addLast(new WebSocketServerProtocolHandler(config), last);
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        server.stopListening();
        server.connections()
                .writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE))
                .awaitUninterruptibly(1, TimeUnit.SECONDS);
        server.close();
    }
}
