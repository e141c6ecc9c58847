package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.WebSocketContender.Deflate;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.Waiting;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers and clients ask for TCP_NODELAY and read it back on each connection, so an echo that came back had it at both
/// ends. Here they are made to ask for the contrary, and have to notice.
class NoDelayTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final String REFUSAL = "TCP_NODELAY is off";

    /// Netty tells of each connection that it refuses.
    private static final Logger NETTY = Logger.getLogger("io.netty.channel");

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final Thread.UncaughtExceptionHandler handlerBefore = Thread.getDefaultUncaughtExceptionHandler();

    /// The JDK's servers refuse a connection by the end of its thread.
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();

    @BeforeEach
    void keepWhatThreadsThrow() {
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> uncaught.add(e));
        NETTY.setLevel(Level.OFF);
    }

    @AfterEach
    void wantItAgain() {
        NoDelay.want(true);
        Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
        NETTY.setLevel(null);
    }

    /// What goes well with it has to fail without it, as is returned.
    private Exception assertRefusedWithout(Waiting.Action exchange) throws Exception {
        exchange.run();
        NoDelay.want(false);
        Exception refusal = assertThrows(Exception.class, exchange::run);
        assertTrue(refusal instanceof IOException || refusal instanceof IllegalStateException, refusal::toString);
        assertFalse(refusal instanceof SocketTimeoutException, refusal::toString);
        uncaught.forEach(each -> assertEquals(REFUSAL, each.getMessage()));
        return refusal;
    }

    @ParameterizedTest
    @EnumSource
    void anEchoServerNotices(EchoContender.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        assertRefusedWithout(() -> {
            try (var server = kind.start(ANY_PORT)) {
                exchange(server.address(), new byte[] {1}, 1);
            }
        });
    }

    @Test
    void anEchoServerWithASwitchSetOtherwiseNotices() throws Exception {
        assertRefusedWithout(() -> {
            try (var server = AblationServerMain.start(AblationServerMain.Switch.NONE, ANY_PORT)) {
                exchange(server.address(), new byte[] {1}, 1);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketServerNotices(WebSocketContender.Kind kind) throws Exception {
        assertRefusedWithout(() -> {
            try (var server = WebSocketContenderTest.start(kind, Deflate.OFF)) {
                exchangeMessages(server.address(), new byte[] {1}, 1);
            }
        });
    }

    @Test
    void aWebSocketServerWithASwitchSetOtherwiseNotices() throws Exception {
        assertRefusedWithout(() -> {
            try (var server = WebSocketAblationMain.start(WebSocketAblationMain.Switch.NONE, ANY_PORT)) {
                exchangeMessages(server.address(), new byte[] {1}, 1);
            }
        });
    }

    @Test
    void theServerThatClientsAreComparedByNotices() throws Exception {
        assertRefusedWithout(() -> {
            try (var listener = ServerSocketChannel.open().bind(ANY_PORT)) {
                Thread.startVirtualThread(() -> FixedWebSocketServer.serve(accept(listener)));
                exchangeMessages((InetSocketAddress) listener.getLocalAddress(), new byte[] {1}, 1);
            }
        });
    }

    private static SocketChannel accept(ServerSocketChannel listener) {
        try {
            return listener.accept();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSourceNotices(StreamSource.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        var request = new StreamRequest(64, StreamRequest.Mode.WHOLE);
        assertRefusedWithout(() -> {
            try (var source = kind.start(ANY_PORT)) {
                if (kind.isFramed()) {
                    exchangeMessages(source.address(), request.bytes(), request.blockBytes());
                } else {
                    exchange(source.address(), request.bytes(), request.blockBytes());
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNCIO", "JDK_VIRTUAL", "NETTY_NIO"})
    void aRoundTripClientNotices(EchoContender.Kind kind) throws Exception {
        try (var server = FaultyEcho.start(Speech.BARE, FaultyEcho.Fault.NONE, 64)) {
            assertRefusedWithout(() -> {
                try (var client = RoundTripClient.connect(kind, server.address(), 64)) {
                    client.run(new long[1]);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoadClientNotices(Speech speech) throws Exception {
        try (var server = FaultyEcho.start(speech, FaultyEcho.Fault.NONE, 64)) {
            assertRefusedWithout(() -> speech.protocol().connect(server.address()).close());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTlsServerNotices(TlsContender.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        assertRefusedWithout(() -> {
            try (var server = kind.start(ANY_PORT);
                    var socket = connectSecurely(server.address())) {
                exchange(socket, new byte[] {1}, 1);
            }
        });
    }

    private static Socket connectSecurely(InetSocketAddress server) throws IOException {
        return TlsContexts.newClientContext().getSocketFactory().createSocket(server.getAddress(), server.getPort());
    }

    @ParameterizedTest
    @EnumSource
    void aTlsClientNotices(TlsContender.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        try (var server = kind.start(ANY_PORT)) {
            Exception refusal = assertRefusedWithout(() -> {
                try (var client = server.connect(TlsContexts.HOST)) {
                    client.roundTrips(1);
                }
            });
            if (kind == TlsContender.Kind.JDK_VIRTUAL) { // else its server, which notices, too, may have been the only one
                assertEquals(REFUSAL, refusal.getMessage());
            }
        }
    }

    private static void exchange(InetSocketAddress server, byte[] request, int replyBytes) throws IOException {
        try (var socket = new Socket(server.getAddress(), server.getPort())) {
            exchange(socket, request, replyBytes);
        }
    }

    private static void exchange(Socket socket, byte[] request, int replyBytes) throws IOException {
        socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        socket.getOutputStream().write(request);
        requireBytes(replyBytes, socket.getInputStream().readNBytes(replyBytes));
    }

    private static void exchangeMessages(InetSocketAddress server, byte[] request, int replyBytes) throws IOException {
        try (var socket = PlainWebSocket.connect(server, new Random(1))) {
            socket.send(PlainWebSocket.BINARY, request, new Random(2));
            requireBytes(replyBytes, socket.receive().payload());
        }
    }

    private static void requireBytes(int expected, byte[] reply) throws EOFException {
        if (reply.length != expected) {
            throw new EOFException("expected " + expected + " bytes, got " + reply.length);
        }
    }
}
