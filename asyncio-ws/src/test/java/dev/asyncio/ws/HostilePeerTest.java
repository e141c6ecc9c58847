package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.net.testing.MemoryStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that mean no good, or know no better: each comes to a bounded end, and the server goes on serving others.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class HostilePeerTest {

    private static final long FEW_BYTES = 4 * 1024 * 1024;
    private static final Duration SOON = Duration.ofMillis(200);

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private WebSocketServer server;

    private void start(WebSocketOptions options, WebSocketHandler handler) throws IOException {
        start(WebSocketServer.builder().handler(handler).options(options));
    }

    private void start(WebSocketServer.Builder builder) throws IOException {
        start(builder, TcpOptions.defaults());
    }

    private void start(WebSocketServer.Builder builder, TcpOptions tcp) throws IOException {
        server = builder.start(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tcp));
    }

    private void startEcho() throws IOException {
        startEcho(WebSocketOptions.defaults());
    }

    private void startEcho(WebSocketOptions options) throws IOException {
        start(options, HostilePeerTest::echo);
    }

    private static void echo(WebSocket socket) throws IOException {
        for (MessageView view = socket.receiveView(); view.kind() != MessageView.Kind.CLOSE; view =
                socket.receiveView()) {
            socket.send(view);
        }
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private RawPeer connect() throws IOException {
        return RawPeer.connect(server.localAddress());
    }

    private RawPeer upgraded() throws IOException {
        return RawPeer.upgraded(server.localAddress());
    }

    private static URI uri(InetSocketAddress address, String path) {
        return URI.create("ws://127.0.0.1:" + address.getPort() + path);
    }

    private URI uri() {
        return uri(server.localAddress(), "/");
    }

    private static WebSocket dial(URI uri, WebSocketOptions options) throws IOException {
        return WebSocket.connect(uri, options, patience());
    }

    private void assertServes() throws IOException {
        assertServes(uri());
    }

    private static void assertServes(URI uri) throws IOException {
        try (WebSocket socket = dial(uri, WebSocketOptions.defaults())) {
            assertEchoes(socket);
        }
    }

    private static void assertEchoes(WebSocket socket) throws IOException {
        socket.send("still there?");
        assertEquals(new Message.Text("still there?"), socket.receive(patience()));
    }

    private static String answerTo(RawPeer peer, String request) throws IOException {
        peer.send(request);
        return peer.readHead();
    }

    private static WebSocketException.HandshakeRefused refusal(URI uri, WebSocketOptions options) {
        return assertThrows(WebSocketException.HandshakeRefused.class, () -> dial(uri, options));
    }

    // Heads

    @Test
    void aHeadThatNeverEndsIsAnsweredInTime() throws IOException {
        startEcho(WebSocketOptions.builder().handshakeTimeout(SOON).build());
        long startNanos = System.nanoTime();
        try (RawPeer peer = connect()) {
            peer.send("GET / HTTP/1.1\r\nX: ");
            while (!peer.hasAnswerWithin(Duration.ofMillis(5))) {
                peer.send("y");
            }
            assertTrue(System.nanoTime() - startNanos >= SOON.toNanos(), "before the time is up");
            assertEquals(408, RawPeer.status(peer.readHead()));
            peer.readRest();
        }
        assertServes();
    }

    @Test
    void silenceIsAnsweredInTime() throws IOException {
        startEcho(WebSocketOptions.builder().handshakeTimeout(SOON).build());
        try (RawPeer peer = connect()) {
            assertEquals(408, RawPeer.status(peer.readHead()));
        }
        assertServes();
    }

    @ParameterizedTest
    @CsvSource({"'GET /', 414", "'GET / HTTP/1.1\r\nX: ', 431"})
    void aHeadOfAMebibyteIsRefused(String begin, int status) throws Exception {
        startEcho();
        try (RawPeer peer = connect()) {
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> peer.send(begin + "y".repeat(1024 * 1024)));
            assertEquals(status, RawPeer.status(peer.readHead()));
            sending.value();
        }
        assertServes();
    }

    @Test
    void aResponseHeadOfAMebibyteIsRefused() throws Exception {
        try (var listener = new RawServer()) {
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), WebSocketOptions.defaults()));
            try (RawPeer peer = listener.accept()) {
                peer.readHead();
                Waiting.start(ThreadKind.VIRTUAL,
                        () -> peer.send("HTTP/1.1 101 Switching Protocols\r\nX: " + "y".repeat(1024 * 1024)));
                assertEquals(0, dialing.failure(WebSocketException.HandshakeRefused.class).status());
            }
        }
    }

    @Test
    void aServerThatNeverAnswersTheHandshakeIsGivenUp() throws Exception {
        try (var listener = new RawServer()) {
            var options = WebSocketOptions.builder().handshakeTimeout(SOON).build();
            assertThrows(SocketTimeoutException.class, () -> dial(listener.uri(), options));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0016\u0003\u0001\u0002\u0000\u0001\u0000", "\0\0\0\0", "hello\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    void garbageIsNoRequest(String garbage) throws IOException {
        startEcho();
        try (RawPeer peer = connect()) {
            int status = RawPeer.status(answerTo(peer, garbage));
            assertTrue(status == 400 || status == 505, "status " + status);
            peer.shutdownOutput();
            peer.readRest();
        }
        assertServes();
    }

    @Test
    void garbageIsNoResponse() throws Exception {
        try (var listener = new RawServer()) {
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), WebSocketOptions.defaults()));
            try (RawPeer peer = listener.accept()) {
                peer.send("220 mail.example.org ESMTP\r\n");
                assertEquals(0, dialing.failure(WebSocketException.HandshakeRefused.class).status());
            }
        }
    }

    // Frames

    @ParameterizedTest
    @CsvSource({"0x8000000000000000, 1002", "0x4000000000000000, 1009", "1048577, 1009"})
    void aFrameThatPromisesTooMuchIsRefusedAtOnce(String payloadBytes, int closeCode) throws IOException {
        byte[] header = RawPeer.header(0x82, Long.parseUnsignedLong(payloadBytes.replace("0x", ""),
                payloadBytes.startsWith("0x") ? 16 : 10), true);
        startEcho();
        try (RawPeer peer = upgraded()) {
            peer.send(header);
            peer.send(new byte[4]);
            peer.shutdownOutput();
            assertEquals(closeCode, peer.readCloseCode());
        }
        assertServes();
    }

    @Test
    void aServersFrameThatPromisesTooMuchIsRefusedAtOnce() throws Exception {
        try (var listener = new RawServer()) {
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), WebSocketOptions.defaults()));
            try (RawPeer peer = listener.acceptAndAgree(); WebSocket socket = dialing.value()) {
                peer.send(RawPeer.header(0x82, 1L << 62, false));
                var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
                assertEquals(1009, peer.readFrame().closeCode());
                peer.shutdownOutput();
                assertEquals(CloseCode.TOO_BIG,
                        receiving.failure(WebSocketException.ProtocolBroken.class).closeCode());
            }
        }
    }

    /// The pong says that the header behind the ping has come, too.
    @ParameterizedTest
    @ValueSource(ints = {0, 8 * 1024})
    void aFrameThatIsPromisedTakesNoMoreMemoryThanWhatHasCome(int byteCount) throws IOException {
        startEcho();
        var peers = new ArrayList<RawPeer>();
        long before = PoolWatch.directBytes();
        byte[] message = RawPeer.frame(0x82, new byte[100_000]);
        int begunBytes = message.length - 100_000 + byteCount;
        for (int i = 0; i < 64; i++) {
            RawPeer peer = upgraded();
            peers.add(peer);
            var begin = new ByteArrayOutputStream();
            begin.writeBytes(RawPeer.frame(0x89));
            begin.write(message, 0, begunBytes);
            peer.send(begin.toByteArray());
            assertEquals(0x8A, peer.readFrame().first());
        }
        assertServes();
        assertTrue(PoolWatch.directBytes() - before <= peers.size() * 20L * 1024, "direct memory");
        for (RawPeer peer : peers) {
            peer.send(Arrays.copyOfRange(message, begunBytes, message.length));
            assertEquals(100_000, peer.readFrame().payload().length);
            peer.close();
        }
    }

    @Test
    void aMillionEmptyFragmentsCostNothing() throws Exception {
        startEcho();
        try (RawPeer peer = upgraded()) {
            long before = heapBytes();
            long directBefore = PoolWatch.directBytes();
            var fragments = new ByteArrayOutputStream();
            for (int i = 0; i < 10_000; i++) {
                fragments.writeBytes(RawPeer.frame(0));
            }
            peer.send(RawPeer.frame(1));
            for (int i = 0; i < 100; i++) {
                peer.send(fragments.toByteArray());
            }
            peer.send(RawPeer.frame(0x89));
            assertEquals(0x8A, peer.readFrame().first());
            assertTrue(heapBytes() - before < FEW_BYTES, "heap");
            assertTrue(PoolWatch.directBytes() - directBefore < FEW_BYTES, "direct memory");
            peer.send(RawPeer.frame(0x80, (byte) 'x'));
            assertArrayEquals(new byte[] {'x'}, peer.readFrame().payload());
        }
        assertServes();
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /// Four GiB, more than the test's JVM has.
    @Test
    void aCompressionBombIsDefused() throws Exception {
        startEcho(WebSocketOptions.builder().compression(Compression.withoutContext()).build());
        try (RawPeer peer = RawPeer.upgraded(server.localAddress(), 0,
                "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
            byte[] bomb = bomb();
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> peer.send(RawPeer.frame(0xC2, bomb)));
            assertEquals(1009, peer.readFrame().closeCode());
            peer.close();
            Waiting.await("the sender to end", () -> !sending.isAlive());
        }
        assertServes();
    }

    private static byte[] bomb() {
        var deflater = new Deflater(9, true);
        deflater.setInput(new byte[1024 * 1024]);
        byte[] mebibyte = new byte[4 * 1024];
        int byteCount = deflater.deflate(mebibyte, 0, mebibyte.length, Deflater.SYNC_FLUSH);
        deflater.end();
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < 4 * 1024; i++) {
            all.write(mebibyte, 0, byteCount);
        }
        return all.toByteArray();
    }

    @Test
    void aPingFloodByAPeerThatDoesNotReadCostsOnePong() throws Exception {
        startEcho();
        int pingCount = 200_000;
        try (RawPeer peer = RawPeer.upgraded(server.localAddress(), 4 * 1024, "")) {
            long before = heapBytes();
            long directBefore = PoolWatch.directBytes();
            for (int i = 1; i <= pingCount; i++) {
                peer.send(RawPeer.frame(0x89, ByteBuffer.allocate(125).putInt(i).array()));
            }
            assertTrue(heapBytes() - before < FEW_BYTES, "heap");
            assertTrue(PoolWatch.directBytes() - directBefore < FEW_BYTES, "direct memory");
            assertServes(); // while it clogs
            int pongCount = 0;
            int last = 0;
            while (last < pingCount) {
                int number = ByteBuffer.wrap(peer.readFrame().payload()).getInt();
                assertTrue(number > last, "pong " + number + " after " + last);
                last = number;
                pongCount++;
            }
            assertTrue(pongCount < pingCount, "each ping was answered, so this peer was none that does not read");
        }
        assertServes();
    }

    /// As many of them as there are processors, and one more.
    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x8A})
    void floodsWithoutAMessageLeaveOthersTheirTurn(int first) throws Exception {
        startEcho();
        byte[] frame = RawPeer.frame(first);
        var flood = new ByteArrayOutputStream();
        for (int i = 0; i < 20_000; i++) {
            flood.writeBytes(frame);
        }
        byte[] bytes = flood.toByteArray();
        var peers = new ArrayList<RawPeer>();
        var flooding = new ArrayList<Waiting<Void>>();
        for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
            RawPeer peer = upgraded();
            peers.add(peer);
            peer.send(RawPeer.frame(0x01));
            flooding.add(Waiting.start(ThreadKind.PLATFORM, () -> {
                while (true) {
                    peer.send(bytes);
                }
            }));
        }
        for (int i = 0; i < 5; i++) {
            assertServes();
        }
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).close();
            flooding.get(i).failure(IOException.class);
        }
    }

    @Test
    void aMissingMaskFailsTheConnection() throws IOException {
        startEcho();
        try (RawPeer peer = upgraded()) {
            peer.send(RawPeer.unmasked(0x81, (byte) 'x'));
            peer.shutdownOutput();
            assertEquals(1002, peer.readCloseCode());
        }
        assertServes();
    }

    @Test
    void aServersMaskFailsTheConnection() throws Exception {
        try (var listener = new RawServer()) {
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), WebSocketOptions.defaults()));
            try (RawPeer peer = listener.acceptAndAgree(); WebSocket socket = dialing.value()) {
                peer.send(RawPeer.frame(0x81, (byte) 'x'));
                var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
                assertEquals(1002, peer.readFrame().closeCode());
                peer.shutdownOutput();
                receiving.failure(WebSocketException.ProtocolBroken.class);
            }
        }
    }

    // Peers that do not read, or do not answer

    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_000_000})
    void aSendToAPeerThatDoesNotReadWaits(int messageBytes) throws Exception {
        var sockets = new CompletableFuture<WebSocket>();
        var done = new CountDownLatch(1);
        start(WebSocketServer.builder().handler(HostilePeerTest::echo).route("/sink", socket -> {
            sockets.complete(socket);
            done.await();
        }));
        try (RawPeer peer = RawPeer.connect(server.localAddress(), 4 * 1024)) {
            assertEquals(101, RawPeer.status(answerTo(peer, RawPeer.request("/sink") + "\r\n")));
            WebSocket socket = sockets.get();
            byte[] message = new byte[messageBytes];
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
                while (true) {
                    socket.send(ByteBuffer.wrap(message), Deadline.after(SOON));
                }
            });
            sending.failure(SocketTimeoutException.class);
            assertServes();
            var waiting = Waiting.start(ThreadKind.VIRTUAL, () -> {
                while (true) {
                    socket.send(ByteBuffer.wrap(new byte[1]));
                }
            });
            if (messageBytes == 1_000) {
                waiting.untilParked();
                assertServes();
                socket.abort();
                waiting.failure(AsynchronousCloseException.class);
            } else {
                waiting.failure(IOException.class); // broken within a frame, as the Javadoc says
                socket.abort();
            }
            done.countDown();
        }
        assertServes();
    }

    /// A close with bytes unread would be a reset, and some systems would take our own close frame from the peer again.
    @Test
    void aPeerThatSendsOnBehindItsCloseGetsOursAndAnEnd() throws Exception {
        startEcho();
        try (RawPeer peer = upgraded()) {
            var sent = new ByteArrayOutputStream();
            sent.writeBytes(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8));
            while (sent.size() < 1024 * 1024) {
                sent.writeBytes(RawPeer.frame(0x82, new byte[1_000]));
            }
            peer.send(sent.toByteArray());
            assertEquals(1000, peer.readCloseCode());
            for (int i = 0; i < 50; i++) {
                peer.send(new byte[10_000]); // fails after a reset
            }
        }
        assertServes();
    }

    @Test
    void aPeerThatNeverAnswersACloseIsLeft() throws Exception {
        start(WebSocketServer.builder().handler(HostilePeerTest::echo).route("/bye", WebSocket::close)
                .options(WebSocketOptions.builder().closeTimeout(SOON).build()));
        try (RawPeer peer = connect()) {
            answerTo(peer, RawPeer.request("/bye") + "\r\n");
            long startNanos = System.nanoTime();
            assertEquals(1000, peer.readFrame().closeCode());
            assertTrue(peer.isEnded());
            assertTrue(System.nanoTime() - startNanos < Waiting.PATIENCE.toNanos());
        }
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x82, 0x89, 0x8A})
    void aPeerThatAnswersACloseWithAFloodIsLeft(int first) throws Exception {
        start(WebSocketServer.builder().handler(HostilePeerTest::echo).route("/bye", WebSocket::close)
                .options(WebSocketOptions.builder().closeTimeout(SOON).build()));
        byte[] frames = new byte[1024 * 1024];
        byte[] frame = RawPeer.frame(first, new byte[120]);
        for (int at = 0; at + frame.length <= frames.length; at += frame.length) {
            System.arraycopy(frame, 0, frames, at, frame.length);
        }
        byte[] whole = Arrays.copyOf(frames, frames.length / frame.length * frame.length);
        try (RawPeer peer = connect()) {
            answerTo(peer, RawPeer.request("/bye") + "\r\n");
            var flooding = Waiting.start(ThreadKind.PLATFORM, () -> {
                while (true) {
                    peer.send(whole);
                }
            });
            flooding.failure(SocketException.class); // the server has closed
        }
        assertServes();
    }

    @Test
    void aServerThatNeverAnswersACloseIsLeft() throws Exception {
        try (var listener = new RawServer()) {
            var options = WebSocketOptions.builder().closeTimeout(SOON).build();
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), options));
            try (RawPeer peer = listener.acceptAndAgree(); WebSocket socket = dialing.value()) {
                var closing = Waiting.start(ThreadKind.VIRTUAL,
                        () -> socket.close(CloseCode.NORMAL, "", Deadline.never()));
                assertEquals(1000, peer.readFrame().closeCode());
                closing.failure(SocketTimeoutException.class);
                assertTrue(peer.isEnded());
            }
        }
    }

    @Test
    void aServerThatDoesNotEndTheStreamIsLeft() throws Exception {
        try (var listener = new RawServer()) {
            var options = WebSocketOptions.builder().closeTimeout(SOON).build();
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), options));
            try (RawPeer peer = listener.acceptAndAgree(); WebSocket socket = dialing.value()) {
                var closing = Waiting.start(ThreadKind.VIRTUAL, () -> socket.close());
                peer.send(RawPeer.unmasked(0x88, peer.readFrame().payload()));
                closing.value();
                assertTrue(peer.isEnded());
            }
        }
    }

    @Test
    void aServerThatResetsBehindItsCloseHasClosed() throws Exception {
        try (var listener = new RawServer()) {
            var dialing = Waiting.start(ThreadKind.VIRTUAL, () -> dial(listener.uri(), WebSocketOptions.defaults()));
            try (RawPeer peer = listener.acceptAndAgree(); WebSocket socket = dialing.value()) {
                var closing = Waiting.start(
                        ThreadKind.VIRTUAL, () -> socket.close(CloseCode.NORMAL, "", Waiting.patience()));
                peer.send(RawPeer.unmasked(0x88, peer.readFrame().payload()));
                Waiting.await("the answer", () -> socket.peerClose().isPresent());
                peer.reset();
                closing.value();
            }
        }
    }

    // Who may come

    @Test
    void aServerWithoutAHandlerClosesItsListener() throws IOException {
        var listener = TcpListener.bind(0);
        assertThrows(IllegalStateException.class, () -> WebSocketServer.builder().start(listener));
        assertFalse(listener.isOpen());
    }

    @Test
    void aForeignOriginIsRefused() throws IOException {
        startEcho();
        for (String origin : List.of("https://evil.example", "null", "http://localhost", "")) {
            try (RawPeer peer = connect()) {
                assertEquals(403, RawPeer.status(
                        answerTo(peer, RawPeer.request("/") + "Origin: " + origin + "\r\n\r\n")), origin);
            }
        }
        assertServes();
    }

    @ParameterizedTest
    @CsvSource({"http://localhost, 101", "https://LOCALHOST, 101", "http://localhost:81, 403", "null, 403",
        "http://localhost.evil.example, 403", "http://evil.example, 403", "localhost, 403"})
    void pagesOfTheServersOwnMayConnectWhereAllowed(String origin, int status) throws IOException {
        startEcho(WebSocketOptions.builder().allowSameOrigin().build());
        assertAnswersOrigin(origin, status);
    }

    @ParameterizedTest
    @CsvSource({"https://good.example, 101", "http://good.example, 403", "https://good.example.evil, 403",
        "https://good.example:444, 403", "http://localhost, 403"})
    void pagesOfAnAllowedOriginMayConnect(String origin, int status) throws IOException {
        startEcho(WebSocketOptions.builder().allowOrigin("https://Good.example").build());
        assertAnswersOrigin(origin, status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null"})
    void pagesOfAnyOriginMayConnectWhereAllowed(String origin) throws IOException {
        startEcho(WebSocketOptions.builder().allowAnyOrigin().build());
        assertAnswersOrigin(origin, 101);
    }

    private void assertAnswersOrigin(String origin, int status) throws IOException {
        try (RawPeer peer = connect()) {
            assertEquals(status,
                    RawPeer.status(answerTo(peer, RawPeer.request("/") + "Origin: " + origin + "\r\n\r\n")));
        }
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: evil", "a\nb", "a\rb", "a\0b"})
    void aLineEndWithinAHeaderValueIsNeverSent(String value) {
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().header("X", value));
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().header(value, "x"));
        var address = InetSocketAddress.createUnresolved("localhost", 1);
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().proxy(address, value, "x"));
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().proxy(address, "x", value));
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().subprotocols(value));
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().subprotocols("a", "a"));
        assertThrows(IllegalArgumentException.class,
                () -> new HttpResponse(200, Map.of("X", List.of(value)), new byte[0]));
        assertThrows(IllegalArgumentException.class,
                () -> new HttpResponse(200, Map.of(value, List.of("x")), new byte[0]));
    }

    @Test
    void aRefusalRepeatsLittleOfTheRequestAndNoSecret() throws Exception {
        HandshakePolicy policy = _ -> Optional.of(HttpResponse.text(401, "who are you?"));
        for (String fields : List.of("", "Origin: https://" + "evil".repeat(1000) + "\r\n")) {
            var pair = MemoryStream.pair();
            pair.left().write(ByteBuffer.wrap((RawPeer.request("/chat?token=7") + fields + "\r\n").getBytes()));
            pair.left().shutdownOutput();
            var refused = assertThrows(WebSocketException.HandshakeRefused.class,
                    () -> new ServerAcceptor(WebSocketOptions.defaults(), policy, null)
                            .accept(pair.right(), patience()));
            assertTrue(refused.getMessage().length() < 200, refused::getMessage);
            assertFalse(refused.getMessage().contains("token"), refused::getMessage);
            pair.close();
        }
    }

    @Test
    void whatAPolicyThrowsIsThrownThoughTheClientHasGone() throws Exception {
        HandshakePolicy policy = _ -> {
            throw new IllegalStateException("no luck");
        };
        try (var pair = MemoryStream.pair()) {
            pair.left().write(ByteBuffer.wrap((RawPeer.request("/") + "\r\n").getBytes()));
            var stream = FaultyStream.around(pair.right()).resetsWhenWritten(0);
            var failure = assertThrows(IllegalStateException.class,
                    () -> new ServerAcceptor(WebSocketOptions.defaults(), policy, null).accept(stream, patience()));
            assertEquals("no luck", failure.getMessage());
            assertTrue(failure.getSuppressed()[0].getMessage().contains("connection reset by peer"), failure::toString);
        }
    }

    /// So does one that ends TLS without close_notify.
    @Test
    void aRefusalIsOneThoughTheClientResetsBehindTheAnswer() throws Exception {
        byte[] request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes();
        try (var pair = MemoryStream.pair()) {
            pair.left().write(ByteBuffer.wrap(request));
            var stream = FaultyStream.around(pair.right()).resetsWhenRead(request.length);
            var refused = assertThrows(
                    WebSocketException.HandshakeRefused.class,
                    () -> WebSocket.accept(stream, WebSocketOptions.defaults(), patience()));
            assertEquals(426, refused.status());
        }
    }

    @Test
    void aPolicyRefusesWithItsOwnStatus() throws IOException {
        start(WebSocketServer.builder().handler(HostilePeerTest::echo)
                .policy(request -> request.query().isPresent() || request.header("Cookie").isPresent()
                        ? Optional.empty()
                        : Optional.of(new HttpResponse(401,
                                Map.of("WWW-Authenticate", List.of("Basic realm=\"ws\"", "Bearer")),
                                "who are you?".getBytes()))));
        var refused = refusal(uri(), WebSocketOptions.defaults());
        assertEquals(401, refused.status());
        assertEquals(List.of("Basic realm=\"ws\"", "Bearer"), refused.headers().get("www-authenticate"));
        assertServes(uri(server.localAddress(), "/?token=7"));
        try (WebSocket socket = dial(uri(), WebSocketOptions.builder().header("Cookie", "a=b").build())) {
            assertEchoes(socket);
        }
    }

    /// RFC 9112, section 3.2.2.
    @Test
    void aPathMayComeWithSchemeAndHost() throws IOException {
        start(WebSocketServer.builder().route("/chat", HostilePeerTest::echo));
        try (RawPeer peer = connect()) {
            String request = RawPeer.request("/chat?room=7").replace("GET /", "GET http://h/") + "\r\n";
            assertEquals(101, RawPeer.status(answerTo(peer, request)));
        }
    }

    @Test
    void aPathWithoutHandlerIsNotFound() throws IOException {
        start(WebSocketServer.builder().route("/echo", HostilePeerTest::echo));
        assertEquals(404, refusal(uri(server.localAddress(), "/other"), WebSocketOptions.defaults()).status());
        assertEquals(404, refusal(uri(server.localAddress(), "/echo/"), WebSocketOptions.defaults()).status());
        assertServes(uri(server.localAddress(), "/echo?x=y"));
    }

    @Test
    void plainHttpIsToldToUpgrade() throws IOException {
        startEcho();
        try (RawPeer peer = connect()) {
            String head = answerTo(peer, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(426, RawPeer.status(head));
            assertTrue(head.contains("Upgrade: websocket\r\n"), head);
            peer.readRest();
        }
        assertServes();
    }

    @Test
    void plainHttpIsForTheFallback() throws IOException {
        start(WebSocketServer.builder().handler(HostilePeerTest::echo)
                .fallback(request -> HttpResponse.html("<p>" + request.target() + "</p>")));
        try (RawPeer peer = connect()) {
            String head = answerTo(peer, "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(200, RawPeer.status(head));
            assertEquals("<p>/page</p>", peer.readRest());
        }
        assertServes();
    }

    /// RFC 9112, section 3.2.
    @ParameterizedTest
    @CsvSource({"'', 1, 400", "Host: a|, 1, 200", "Host: a|Host: a|, 1, 400", "Host: a b|, 1, 400", "'', 0, 200",
        "Host: a|Host: b|, 0, 400"})
    void theFallbackAnswersOnlyWhoSaysWhomItAsks(String fields, int minorVersion, int status) throws IOException {
        start(WebSocketServer.builder().handler(HostilePeerTest::echo).fallback(_ -> HttpResponse.html("page")));
        try (RawPeer peer = connect()) {
            String request = "GET / HTTP/1." + minorVersion + "\r\n" + fields.replace("|", "\r\n") + "\r\n";
            assertEquals(status, RawPeer.status(answerTo(peer, request)));
            peer.readRest();
        }
    }

    /// RFC 9110, section 9.3.2.
    @ParameterizedTest
    @CsvSource({"true, 200", "false, 405"})
    void headIsAnsweredWithoutABody(boolean hasFallback, int status) throws IOException {
        var builder = WebSocketServer.builder().handler(HostilePeerTest::echo);
        start(hasFallback ? builder.fallback(_ -> HttpResponse.html("<p>page</p>")) : builder);
        try (RawPeer peer = connect()) {
            String head = answerTo(peer, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(status, RawPeer.status(head));
            assertFalse(head.contains("Content-Length: 0\r\n"), head);
            assertEquals("", peer.readRest());
        }
    }

    /// RFC 9110, section 15.2.
    @Test
    void interimResponsesArePassedOverWhileTheyAreFew() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
        try (var listener = new RawServer()) {
            for (int count : new int[] {10, 11}) {
                var answering = answering(listener, interim.repeat(count) + "HTTP/1.1 403 Forbidden\r\n\r\n");
                int status = refusal(listener.uri(), WebSocketOptions.defaults()).status();
                assertEquals(count == 10 ? 403 : 0, status);
                answering.value();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "upgrade", "Sec-WebSocket-Key", "Content-Length"})
    void fieldsOfTheHandshakeAreNotForCallers(String name) {
        assertThrows(IllegalArgumentException.class, () -> WebSocketOptions.builder().header(name, "x"));
    }

    @Test
    void beyondTheLimitConnectionsWait() throws Exception {
        start(WebSocketServer.builder().handler(HostilePeerTest::echo),
                TcpOptions.builder().connectionLimit(1).build());
        Waiting<Void> second;
        try (RawPeer first = upgraded()) {
            second = Waiting.parked(ThreadKind.VIRTUAL, () -> assertServes());
            first.send(RawPeer.frame(0x81, (byte) 'x'));
            assertArrayEquals(new byte[] {'x'}, first.readFrame().payload());
            assertTrue(second.isAlive());
            assertEquals(1, server.connectionCount());
        }
        second.value();
    }

    @Test
    void refusedHandshakesGiveTheirBuffersBack() throws IOException {
        startEcho();
        long before = PoolWatch.directBytes();
        for (int i = 0; i < 100; i++) {
            try (RawPeer peer = connect()) {
                answerTo(peer, "no request\r\nat all\r\n\r\n");
            }
        }
        assertTrue(PoolWatch.directBytes() - before < 1024 * 1024, "direct memory");
        assertServes();
    }

    // Peers that break off

    @Test
    void aPeerMayResetAtAnyStage() throws Exception {
        start(WebSocketOptions.defaults(), socket -> {
            while (socket.receive() instanceof Message.Binary(ByteBuffer bytes)) {
                socket.send(bytes);
            }
        });
        String request = RawPeer.request("/") + "\r\n";
        for (String part : List.of("", "GET", request.substring(0, 40), request, "GET / HTTP/1.1\r\n\r\n")) {
            RawPeer peer = connect();
            peer.send(part);
            peer.reset();
        }
        byte[] message = RawPeer.frame(0x82, new byte[300]);
        for (int byteCount : new int[] {0, 1, 2, 5, 8, 100, message.length}) {
            RawPeer peer = upgraded();
            peer.send(Arrays.copyOf(message, byteCount));
            peer.reset();
        }
        for (byte[] frame : List.of(RawPeer.frame(1, (byte) 'x'), RawPeer.frame(0x89), RawPeer.frame(0x88),
                RawPeer.frame(0x83))) {
            RawPeer peer = upgraded();
            peer.send(frame);
            peer.reset();
        }
        try (WebSocket socket = dial(uri(), WebSocketOptions.defaults())) {
            socket.send(ByteBuffer.allocate(3));
            assertEquals(new Message.Binary(ByteBuffer.allocate(3)), socket.receive(patience()));
        }
        Waiting.await("the handlers to end", () -> server.connectionCount() == 0);
    }

    @Test
    void anEndWithoutACloseIsNoClose() throws Exception {
        var failures = new CompletableFuture<Throwable>();
        start(WebSocketServer.builder().handler(HostilePeerTest::echo).route("/watched", socket -> {
            try {
                echo(socket);
            } catch (IOException e) {
                failures.complete(e);
                throw e;
            }
        }));
        try (RawPeer peer = connect()) {
            answerTo(peer, RawPeer.request("/watched") + "\r\n");
            peer.shutdownOutput();
            assertTrue(peer.isEnded());
        }
        assertTrue(failures.get() instanceof EOFException, failures.get()::toString);
        assertServes();
    }

    // Proxies and redirects

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProxyLeadsToTheServer(boolean wantsPassword) throws Exception {
        startEcho();
        try (var listener = new RawServer()) {
            var proxying = Waiting.start(ThreadKind.VIRTUAL, () -> {
                try (RawPeer client = listener.accept(); RawPeer target = connect()) {
                    String head = client.readHead();
                    client.send("HTTP/1.0 200 Connection established\r\nVia: us\r\n\r\n");
                    RawPeer.relay(client, target);
                    return head;
                }
            });
            var options = WebSocketOptions.builder();
            if (wantsPassword) {
                options.proxy(listener.address(), "Aladdin", "open sesame");
            } else {
                options.proxy(listener.address());
            }
            try (WebSocket socket = dial(URI.create("ws://localhost:" + server.localAddress().getPort() + "/"),
                    options.build())) {
                assertEchoes(socket);
            }
            String head = proxying.value();
            assertTrue(head.startsWith("CONNECT localhost:" + server.localAddress().getPort() + " HTTP/1.1\r\n"), head);
            assertEquals(wantsPassword,
                    head.contains("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), head);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"407 Proxy Authentication Required", "502 Bad Gateway", "301 Moved", "101 Switching"})
    void aProxysNoIsARefusal(String answer) throws Exception {
        try (var listener = new RawServer()) {
            var answering = answering(listener, "HTTP/1.1 " + answer + "\r\nProxy-Authenticate: Basic\r\n"
                    + "Location: ws://elsewhere.invalid/\r\n\r\n");
            var options = WebSocketOptions.builder().proxy(listener.address()).maxRedirects(3).build();
            var refused = refusal(URI.create("ws://example.invalid/"), options);
            assertEquals(Integer.parseInt(answer.substring(0, 3)), refused.status());
            assertEquals(List.of("Basic"), refused.headers().get("Proxy-Authenticate"));
            answering.value();
        }
    }

    @Test
    void bytesBehindAProxysAnswerAreNobodys() throws Exception {
        try (var listener = new RawServer()) {
            var answering = answering(listener, "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n");
            var options = WebSocketOptions.builder().proxy(listener.address()).build();
            assertEquals(0, refusal(URI.create("ws://example.invalid/"), options).status());
            answering.value();
        }
    }

    /// Gives the next client that answer, and waits until it has left.
    private static Waiting<Void> answering(RawServer listener, String answer) {
        return Waiting.start(ThreadKind.VIRTUAL, () -> {
            try (RawPeer client = listener.accept()) {
                client.readHead();
                client.send(answer);
                assertTrue(client.isEnded());
            }
        });
    }

    @Test
    void aRedirectIsARefusalByDefault() throws Exception {
        try (var listener = new RawServer()) {
            var answering = answering(listener, "HTTP/1.1 302 Found\r\nLocation: ws://example.invalid/\r\n\r\n");
            var refused = refusal(listener.uri(), WebSocketOptions.defaults());
            assertEquals(302, refused.status());
            assertEquals(List.of("ws://example.invalid/"), refused.headers().get("location"));
            answering.value();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws://127.0.0.1:PORT/new?x", "http://127.0.0.1:PORT/new?x",
        "HTTP://127.0.0.1:PORT/new?x#part", "WS://127.0.0.1:PORT/new?x#"})
    void aRedirectIsFollowedWhereAllowed(String location) throws Exception {
        var targets = new CompletableFuture<String>();
        start(WebSocketOptions.defaults(), socket -> {
            targets.complete(socket.request().target());
            echo(socket);
        });
        String port = Integer.toString(server.localAddress().getPort());
        try (var listener = new RawServer()) {
            var answering = answering(listener,
                    "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + location.replace("PORT", port) + "\r\n\r\n");
            try (WebSocket socket = dial(listener.uri(), WebSocketOptions.builder().maxRedirects(1).build())) {
                assertEchoes(socket);
            }
            answering.value();
        }
        assertEquals("/new?x", targets.get());
    }

    @Test
    void aRedirectToAnotherQueryStaysWithThePath() throws Exception {
        try (var listener = new RawServer()) {
            var answering = Waiting.start(ThreadKind.VIRTUAL, () -> {
                answering(listener, "HTTP/1.1 302 Found\r\nLocation: ?ticket=7\r\n\r\n").value();
                try (RawPeer client = listener.accept()) {
                    String head = client.readHead();
                    client.send("HTTP/1.1 403 Forbidden\r\n\r\n");
                    return head;
                }
            });
            var options = WebSocketOptions.builder().maxRedirects(1).build();
            assertEquals(403, refusal(uri(listener.address(), "/rooms/one?new"), options).status());
            String head = answering.value();
            assertTrue(head.startsWith("GET /rooms/one?ticket=7 HTTP/1.1\r\n"), head);
        }
    }

    @Test
    void anotherServerDoesNotGetTheCredentialsOfTheFirst() throws Exception {
        var credentials = new CompletableFuture<List<String>>();
        start(WebSocketOptions.defaults(), socket -> {
            var seen = socket.request().headers();
            credentials.complete(List.copyOf(seen.keySet()));
            echo(socket);
        });
        String port = Integer.toString(server.localAddress().getPort());
        try (var listener = new RawServer()) {
            var answering = answering(
                    listener, "HTTP/1.1 307 Temporary Redirect\r\nLocation: ws://127.0.0.1:" + port + "/\r\n\r\n");
            var options = WebSocketOptions.builder()
                    .maxRedirects(1)
                    .header("Authorization", "Basic eDp5")
                    .header("cookie", "a=b")
                    .header("X-Kept", "yes")
                    .build();
            try (WebSocket socket = dial(listener.uri(), options)) {
                assertEchoes(socket);
            }
            answering.value();
        }
        List<String> names = credentials.get();
        assertTrue(names.contains("X-Kept"), names::toString);
        assertFalse(names.contains("Authorization") || names.contains("cookie"), names::toString);
    }

    @Test
    void redirectsEndSomewhere() throws Exception {
        try (var listener = new RawServer()) {
            var answering = Waiting.start(ThreadKind.VIRTUAL, () -> {
                for (int i = 0; i < 3; i++) {
                    answering(listener, "HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n").value();
                }
            });
            assertEquals(302, refusal(listener.uri(), WebSocketOptions.builder().maxRedirects(2).build()).status());
            answering.value();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailto:someone@example.org", "ws:", "ws://user@example.org/",
        "ftp://h/",
        "http://[", "ws://h:0/"})
    void aRedirectToNowhereIsARefusal(String location) throws Exception {
        try (var listener = new RawServer()) {
            var answering = answering(listener, "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\n\r\n");
            assertEquals(302, refusal(listener.uri(), WebSocketOptions.builder().maxRedirects(5).build()).status());
            answering.value();
        }
    }

    /// Where clients of ours connect to, to be told what the test likes.
    private static final class RawServer implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

        RawServer() throws IOException {
            listener.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        }

        InetSocketAddress address() {
            return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        }

        URI uri() {
            return HostilePeerTest.uri(address(), "/");
        }

        RawPeer accept() throws IOException {
            return new RawPeer(listener.accept());
        }

        RawPeer acceptAndAgree() throws IOException {
            RawPeer peer = accept();
            peer.send(RawPeer.agreementTo(peer.readHead()));
            return peer;
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    // Ends that do not come

    private static int registrationCount() {
        return EventLoopGroup.shared().loops().stream()
                .mapToInt(loop -> loop.statistics().registrationCount())
                .sum();
    }

    private static void awaitLingeringWithoutBuffers(int spareCount, int registrationCount) {
        Waiting.await("connections that linger and hold no buffer",
                () -> BufferPool.SMALL.spareCount() >= spareCount && registrationCount() >= registrationCount);
    }

    @Test
    void clientsThatCloseButDoNotEndTheStreamHoldNoBuffer() throws IOException {
        startEcho();
        int spareCount = BufferPool.SMALL.spareCount();
        int registrationCount = registrationCount();
        try (RawPeer one = upgraded(); RawPeer other = upgraded()) {
            for (RawPeer peer : List.of(one, other)) {
                peer.send(RawPeer.frame(0x88, (byte) 3, (byte) 0xE8));
                assertEquals(1000, peer.readFrame().closeCode());
            }
            awaitLingeringWithoutBuffers(spareCount, registrationCount + 2);
        }
    }

    @Test
    void clientsWhoseProtocolIsBrokenAndDoNotEndTheStreamHoldNoBuffer() throws IOException {
        startEcho();
        int spareCount = BufferPool.SMALL.spareCount();
        int registrationCount = registrationCount();
        try (RawPeer one = upgraded(); RawPeer other = upgraded()) {
            for (RawPeer peer : List.of(one, other)) {
                peer.send(RawPeer.unmasked(0x82, (byte) 'a'));
                assertEquals(1002, peer.readFrame().closeCode());
            }
            awaitLingeringWithoutBuffers(spareCount, registrationCount + 2);
        }
    }

    @Test
    void clientsThatAreRefusedAndDoNotEndTheStreamHoldNoBuffer() throws IOException {
        startEcho();
        int spareCount = BufferPool.SMALL.spareCount();
        int registrationCount = registrationCount();
        try (RawPeer one = connect(); RawPeer other = connect()) {
            for (RawPeer peer : List.of(one, other)) {
                assertEquals(426, RawPeer.status(answerTo(peer, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")));
            }
            awaitLingeringWithoutBuffers(spareCount, registrationCount + 2);
        }
    }
}
