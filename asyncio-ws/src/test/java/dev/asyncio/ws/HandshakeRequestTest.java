package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.handshake.Headers;
import dev.asyncio.ws.handshake.HttpHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NothingLeftOver.class)
class HandshakeRequestTest {

    private final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void thePolicySeesTheWholeRequestAndBothSidesKeepWhatStillMeansSomething() throws Exception {
        var judged = new CompletableFuture<Set<String>>();
        var served = new CompletableFuture<HandshakeRequest>();
        var builder = WebSocketServer.builder()
                .policy(request -> {
                    judged.complete(new TreeSet<>(request.headers().keySet()));
                    return Optional.empty();
                })
                .handler(socket -> {
                    served.complete(socket.request());
                    socket.receive(patience());
                })
                .options(WebSocketOptions.builder().subprotocols("chat").build());
        var options = WebSocketOptions.builder().subprotocols("chat").header("Cookie", "a=b").build();
        try (var server = builder.start(TcpListener.bind(anyPort, TcpOptions.defaults()))) {
            var uri = URI.create("ws://127.0.0.1:" + server.localAddress().getPort() + "/x?y");
            try (WebSocket client = WebSocket.connect(uri, options, patience())) {
                HandshakeRequest atServer = served.get(20, TimeUnit.SECONDS);
                var kept = Set.of("Host", "Cookie", "Sec-WebSocket-Protocol");
                assertEquals(kept, atServer.headers().keySet());
                assertEquals(kept, client.request().headers().keySet());
                assertEquals("/x?y", atServer.target());
                assertEquals(Optional.of("a=b"), atServer.header("cookie"));
                assertTrue(atServer.remoteAddress().isPresent());
                var whole = new TreeSet<>(kept);
                whole.addAll(Set.of("Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"));
                assertEquals(whole, judged.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/chat, GET /chat", "/chat?ticket=secret, GET /chat", "*, GET *",
        "http://user:secret@h/chat?ticket=secret, GET /chat"})
    void aRequestIsShownWithoutUserInformationAndQuery(String target, String shown) {
        HttpHead.Request head = HttpHead.request("GET", target, Headers.of("Host", "h"));
        assertEquals(shown, new HandshakeRequest(head, null).toString());
        var address = InetSocketAddress.createUnresolved("peer", 7);
        assertEquals(shown + " from " + address, new HandshakeRequest(head, address).toString());
    }

    @Test
    void optionsAreShownWithoutSubprotocolsAndValues() {
        var options = WebSocketOptions.builder().subprotocols("chat", "secret").header("Cookie", "a=secret").build();
        assertEquals("WebSocketOptions[messages up to 1048576 bytes, 2 subprotocols, headers [Cookie]]",
                options.toString());
    }

    @Test
    void aWebSocketIsShownWithoutTheQueryOfItsRequest() throws Exception {
        var pair = MemoryStream.pair();
        pair.left().write(ByteBuffer.wrap((RawPeer.request("/chat?ticket=secret") + "\r\n").getBytes()));
        WebSocket socket = WebSocket.accept(pair.right(), WebSocketOptions.defaults(), patience());
        assertEquals("WebSocket[/chat over " + pair.right() + ", OPEN]", socket.toString());
        socket.abort();
    }

    @Test
    void aClientThatIsRefusedIsToldWhereAndNotWithWhatQuery() throws Exception {
        var builder = WebSocketServer.builder().route("/chat", WebSocket::receive);
        try (var server = builder.start(TcpListener.bind(anyPort, TcpOptions.defaults()))) {
            String uri = "ws://127.0.0.1:" + server.localAddress().getPort() + "/other";
            var refused = assertThrows(WebSocketException.HandshakeRefused.class,
                    () -> WebSocket.connect(URI.create(uri + "?ticket=secret"), WebSocketOptions.defaults(),
                            patience()));
            assertEquals("connect to " + uri + ": WebSocket handshake refused: '404 Not Found'", refused.getMessage());
        }
    }
}
