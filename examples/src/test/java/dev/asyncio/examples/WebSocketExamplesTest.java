package dev.asyncio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.net.TcpListener;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.ws.WebSocketHandler;
import dev.asyncio.ws.WebSocketServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs each WebSocket example as a user would, in a process of its own, against the JDK's WebSocket or each other.
@Timeout(60)
class WebSocketExamplesTest {

    /// A WebSocket of the JDK's, and what came over it.
    private record Peer(WebSocket socket, BlockingQueue<String> heard) implements AutoCloseable {

        static Peer connect(int port, String path) {
            return connect(HttpClient.newHttpClient(), URI.create("ws://127.0.0.1:" + port + path));
        }

        static Peer connect(HttpClient client, URI uri) {
            var heard = new LinkedBlockingQueue<String>();
            WebSocket.Builder builder = client.newWebSocketBuilder();
            return new Peer(builder.buildAsync(uri, new Listener(heard, new StringBuilder())).join(), heard);
        }

        void say(String text) {
            socket.sendText(text, true).join();
        }

        String hear() throws InterruptedException {
            String text = heard.poll(20, TimeUnit.SECONDS);
            assertTrue(text != null, "nothing comes");
            return text;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    /// @param begun what has come of a text, which the JDK hands on in parts
    private record Listener(BlockingQueue<String> heard, StringBuilder begun) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            begun.append(data);
            if (last) {
                heard.add(begun.toString());
                begun.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            heard.add(data.remaining() + " bytes");
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add(("closed " + code + " " + reason).strip());
            return null;
        }
    }

    private static Peer join(int port, String name) {
        Peer member = Peer.connect(port, "/chat");
        member.say(name);
        return member;
    }

    @Test
    void webSocketEchoEchoes() throws Exception {
        for (String[] arguments : List.of(new String[] {}, new String[] {"0"}, new String[] {"0", "deflate"})) {
            try (var example = ExampleProcess.start(WebSocketEcho.class, arguments);
                    var peer = Peer.connect(example.port(), "/")) {
                peer.say("hello");
                assertEquals("hello", peer.hear());
                peer.socket.sendBinary(ByteBuffer.allocate(100), true).join();
                assertEquals("100 bytes", peer.hear());
            }
        }
    }

    @Test
    void chatRoomTellsAllWhoJoinsSaysAndLeaves() throws Exception {
        try (var example = ExampleProcess.start(ChatRoom.class)) {
            int port = example.port();
            try (var anna = join(port, "anna")) {
                assertEquals("* anna joins", anna.hear());
                try (var bert = join(port, "bert")) {
                    assertEquals("* bert joins", anna.hear());
                    assertEquals("* bert joins", bert.hear());
                    bert.say("good <b>morning</b>");
                    assertEquals("bert: good <b>morning</b>", anna.hear());
                    assertEquals("bert: good <b>morning</b>", bert.hear());
                }
                assertEquals("* bert leaves", anna.hear());
            }
        }
    }

    @Test
    void chatRoomHasNoTwoOfAName() throws Exception {
        try (var example = ExampleProcess.start(ChatRoom.class)) {
            int port = example.port();
            try (var anna = join(port, "anna")) {
                assertEquals("* anna joins", anna.hear());
                try (var second = join(port, "anna")) {
                    assertEquals("closed 1008 this name is taken", second.hear());
                }
                anna.say("still here");
                assertEquals("anna: still here", anna.hear());
            }
        }
    }

    @Test
    void chatRoomServesItsPage() throws Exception {
        try (var example = ExampleProcess.start(ChatRoom.class)) {
            String server = "http://127.0.0.1:" + example.port();
            HttpResponse<String> page = get(server + "/");
            assertEquals(200, page.statusCode());
            assertEquals("text/html; charset=utf-8", page.headers().firstValue("Content-Type").orElseThrow());
            assertTrue(page.body().contains("new WebSocket("), page.body());
            assertEquals(404, get(server + "/other").statusCode());
        }
    }

    @Test
    void chatRoomSpeaksTls(@TempDir Path folder) throws Exception {
        var authority = CertificateAuthority.create("Test");
        TlsIdentity identity = authority.issue("localhost");
        Path chain = Files.writeString(folder.resolve("chain.pem"), identity.chainPem());
        Path key = Files.writeString(folder.resolve("key.pem"), identity.keyPem());
        try (var example = ExampleProcess.start(ChatRoom.class, "0", chain.toString(), key.toString());
                var client =
                        HttpClient.newBuilder().sslContext(trusting(authority)).build()) {
            String server = "localhost:" + example.port();
            assertEquals(200, get(client, "https://" + server + "/").statusCode());
            try (var anna = Peer.connect(client, URI.create("wss://" + server + "/chat"))) {
                anna.say("anna");
                assertEquals("* anna joins", anna.hear());
            }
        }
    }

    private static SSLContext trusting(CertificateAuthority authority) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("authority", authority.certificate());
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    @Test
    void chatRoomMakesItselfACertificate() throws Exception {
        try (var example = ExampleProcess.start(ChatRoom.class, "0", "tls")) {
            int port = example.port();
            assertThrows(SSLException.class, () -> get("https://localhost:" + port + "/"));
        }
    }

    private static HttpResponse<String> get(String uri) throws Exception {
        return get(HttpClient.newHttpClient(), uri);
    }

    private static HttpResponse<String> get(HttpClient client, String uri) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
    }

    @Test
    void chatRoomIsNotStalledByOneWhoDoesNotRead() throws Exception {
        try (var example = ExampleProcess.start(ChatRoom.class)) {
            int port = example.port();
            try (var anna = join(port, "anna")) {
                assertEquals("* anna joins", anna.hear());
                try (Socket silent = example.connect(port)) {
                    joinByHand(silent, port, "silent");
                    assertEquals("* silent joins", anna.hear());
                    String text = "x".repeat(4_000);
                    String heard = "";
                    // Far more than the silent member's buffers and queue hold.
                    for (int i = 0; i < 20_000 && !heard.equals("* silent leaves"); i++) {
                        anna.say(text);
                        heard = anna.hear();
                    }
                    assertEquals("* silent leaves", heard);
                }
            }
        }
    }

    /// A member that never reads, which the JDK's WebSocket would do.
    private static void joinByHand(Socket socket, int port, String name) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("GET /chat HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        bytes.write(0x81); // a text in one frame
        bytes.write(0x80 | name.length()); // masked, by zeros
        bytes.write(new byte[4]);
        bytes.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes.toByteArray());
    }

    @Test
    void wscatSendsLinesAndPrintsWhatComes() throws Exception {
        try (var server = ExampleProcess.start(WebSocketEcho.class);
                var wscat = wscat("ws://localhost:" + server.port() + "/")) {
            assertEquals("connected", wscat.nextLine());
            wscat.type("hello");
            assertEquals("hello", wscat.nextLine());
            wscat.type("again");
            wscat.endInput();
            assertEquals(List.of("again", "closed: 1000"), wscat.allLines());
            assertEquals(0, wscat.exitStatus());
        }
    }

    @Test
    void wscatSaysWhyItWasClosed() throws Exception {
        try (var server = ExampleProcess.start(ChatRoom.class)) {
            int port = server.port();
            try (var anna = join(port, "anna");
                    var wscat = wscat("ws://localhost:" + port + "/chat")) {
                assertEquals("* anna joins", anna.hear());
                wscat.type("anna");
                assertEquals(List.of("connected", "closed: 1008 this name is taken"), wscat.allLines());
                assertEquals(0, wscat.exitStatus());
            }
        }
    }

    @Test
    void wscatOffersSubprotocols() throws Exception {
        try (var server = new ServerSocket(0);
                var wscat = wscat("ws://127.0.0.1:" + server.getLocalPort() + "/", "soap", "wamp");
                Socket client = server.accept()) {
            var request = new BufferedReader(new InputStreamReader(client.getInputStream()));
            String offered = "";
            for (String line; !(line = request.readLine()).isEmpty();) {
                offered = line.startsWith("Sec-WebSocket-Protocol:") ? line : offered;
            }
            assertEquals("Sec-WebSocket-Protocol: soap, wamp", offered);
        }
    }

    @Test
    void wscatNamesWhatRefusedIt() throws Exception {
        try (var server = ExampleProcess.start(ChatRoom.class);
                var wscat = wscat("ws://localhost:" + server.port() + "/nowhere")) {
            List<String> lines = wscat.allLines();
            assertTrue(lines.size() == 1 && lines.getFirst().contains("404"), lines.toString());
            assertEquals(2, wscat.exitStatus());
        }
    }

    /// Its standard error counts, too.
    private static ExampleProcess wscat(String... arguments) throws IOException {
        return ExampleProcess.startInVain("Wscat", arguments);
    }

    @Test
    void feedFollowerComesBackToAServerThatWentAway() throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "Windows has no SIGTERM");
        ExampleProcess server = ExampleProcess.start(FeedServer.class);
        String port = Integer.toString(server.port());
        try (var follower = ExampleProcess.start(FeedFollower.class, "ws://localhost:" + port + "/time")) {
            assertTime(follower.nextLine());
            server.close();
            try (var again = ExampleProcess.start(FeedServer.class, port)) {
                again.port();
                // At most one line is left of what the first server has sent.
                assertTime(follower.nextLine());
                assertTime(follower.nextLine());
                assertTime(follower.nextLine());
                follower.terminate();
                assertEquals(143, follower.exitStatus());
            }
        }
    }

    private static void assertTime(String line) {
        assertTrue(line.matches("\\d\\d:\\d\\d(:\\d\\d)?"), line);
    }

    @Test
    void feedFollowerGoesOnBehindWhatIsNoText() throws Exception {
        try (var server = serving(socket -> {
            socket.send(ByteBuffer.allocate(3));
            socket.send("news");
            socket.receive();
        }); var follower = ExampleProcess.start(FeedFollower.class, uri(server))) {
            assertEquals("news", follower.nextLine());
        }
    }

    /// Its ping has a time, and its close another.
    @Test
    void wscatNamesAServerThatNeverAnswers() throws Exception {
        var hasEnded = new CountDownLatch(1);
        try (var server = serving(_ -> hasEnded.await()); var wscat = wscat(uri(server))) {
            wscat.endInput();
            List<String> lines = wscat.allLines();
            assertTrue(lines.contains("Wscat: the server did not answer the close"), lines.toString());
            assertEquals(2, wscat.exitStatus());
            hasEnded.countDown();
        }
    }

    private static WebSocketServer serving(WebSocketHandler handler) throws IOException {
        return WebSocketServer.builder().handler(handler).start(TcpListener.bind(0));
    }

    private static String uri(WebSocketServer server) {
        return "ws://localhost:" + server.localAddress().getPort() + "/";
    }

    @Test
    void feedFollowerGivesUpWhereThereIsNoFeed() throws Exception {
        try (var server = ExampleProcess.start(FeedServer.class);
                var follower = ExampleProcess.startInVain(
                        "FeedFollower", "ws://localhost:" + server.port() + "/weather")) {
            List<String> lines = follower.allLines();
            assertTrue(lines.size() == 1 && lines.getFirst().contains("404"), lines.toString());
            assertEquals(2, follower.exitStatus());
        }
    }

    @Test
    void theReadmeShowsLinesOfTheWebSocketEcho() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String source = Files.readString(Path.of("src/main/java/dev/asyncio/examples/WebSocketEcho.java"));
        int begin = readme.indexOf("```java\n", readme.indexOf("cut from `WebSocketEcho`")) + 8;
        String shown = readme.substring(begin, readme.indexOf("```", begin));
        int end = 0;
        for (String line : shown.lines().map(String::strip).toList()) {
            int start = source.indexOf(line, end);
            assertTrue(start != -1, line);
            end = start + line.length();
        }
    }
}
