package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.bench.NettyServer.Transport;
import dev.asyncio.bench.WebSocketContender.Deflate;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.tls.JdkTls;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `wss`: our client with Netty's server, and Netty's and the JDK's client with our server.
class SecureWebSocketInteropTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final CloseCode OUR_CODE = new CloseCode(3001);
    private static final CloseCode THEIR_CODE = new CloseCode(4002);

    private enum Client {
        NETTY,
        JDK;

        WebSocketPeer connect(URI server) throws Exception {
            return switch (this) {
                case NETTY -> NettyWebSocketPeer.connect(server, Deflate.OFF, NettyTls.nettyClient());
                case JDK -> JdkWebSocketPeer.connect(server, JdkTls.trusting(NettyTls.authority()));
            };
        }
    }

    private static WebSocketOptions.Builder options() {
        return WebSocketOptions.builder()
                .maxMessageBytes(WebSocketContender.MAX_MESSAGE_BYTES)
                .allowSameOrigin(); // Netty's client names one, as if it were a browser
    }

    private static URI uri(InetSocketAddress server) {
        return URI.create("wss://localhost:" + server.getPort() + "/");
    }

    private static NettyServer startNetty() throws IOException {
        var tls = NettyTls.nettyServer();
        var config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .maxFramePayloadLength(WebSocketContender.MAX_MESSAGE_BYTES)
                .build();
        return NettyServer.start(ANY_PORT, Transport.NIO, channel -> channel.pipeline()
                .addLast(
                        tls.newHandler(channel.alloc()),
                        new HttpServerCodec(),
                        new HttpObjectAggregator(16 * 1024),
                        new WebSocketServerProtocolHandler(config),
                        new NettyServer.Echo()));
    }

    @Test
    void ourClientHasItsMessagesEchoedByNettyAndItsCloseAnswered() throws Exception {
        var random = new Random(1);
        NettyServer server = startNetty();
        WebSocketOptions options =
                options().tls(NettyTls.ourClient("TLSv1.3", "TLSv1.2")).build();
        try (var socket = WebSocket.connect(uri(server.address()), options, Waiting.patience())) {
            for (int length : Payloads.lengths().toArray()) {
                String text = Payloads.text(length, random);
                socket.send(text, Waiting.patience());
                assertEquals(new Message.Text(text), socket.receive(Waiting.patience()));
                ByteBuffer bytes = ByteBuffer.wrap(Payloads.bytes(length, random));
                socket.send(bytes.duplicate(), Waiting.patience());
                assertEquals(new Message.Binary(bytes), socket.receive(Waiting.patience()));
            }
            socket.close(OUR_CODE, "enough", Waiting.patience());
            assertEquals(OUR_CODE, socket.peerClose().orElseThrow().code());
        } finally {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ourServerEchoesTheMessagesOfEachClientAndHearsItsClose(Client kind) throws Exception {
        var random = new Random(1);
        var heard = new CompletableFuture<Message.Close>();
        try (var server = WebSocketServer.builder()
                .tls(NettyTls.ourServer("TLSv1.3", "TLSv1.2"))
                .options(options().build())
                .handler(socket -> heard.complete(echo(socket)))
                .start(TcpListener.bind(ANY_PORT, TcpOptions.defaults()));
                var peer = kind.connect(uri(server.localAddress()))) {
            for (int length : Payloads.lengths().toArray()) {
                String text = Payloads.text(length, random);
                peer.send(text);
                assertEquals(text, peer.receive());
                byte[] bytes = Payloads.bytes(length, random);
                peer.send(bytes);
                assertArrayEquals(bytes, (byte[]) peer.receive());
            }
            peer.close(THEIR_CODE.number(), "enough");
            assertEquals(
                    new Message.Close(THEIR_CODE, "enough"),
                    heard.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            assertEquals(THEIR_CODE.number(), peer.awaitClose().code());
        }
    }

    private static Message.Close echo(WebSocket socket) throws IOException {
        while (true) {
            switch (socket.receive()) {
                case Message.Text(String text) -> socket.send(text);
                case Message.Binary(ByteBuffer bytes) -> socket.send(bytes);
                case Message.Close close -> {
                    return close;
                }
            }
        }
    }
}
