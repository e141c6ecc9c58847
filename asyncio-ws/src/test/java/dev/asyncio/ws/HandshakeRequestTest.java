package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftOver.class)
class HandshakeRequestTest {

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
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
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
}
