package dev.asyncio.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs each example as a user would, in a process of its own, against the JDK's blocking sockets.
@Timeout(60)
class ExamplesTest {

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertEchoes(Socket socket) throws IOException {
        send(socket, "hello\n");
        assertEquals("hello", new String(socket.getInputStream().readNBytes(6), StandardCharsets.UTF_8).strip());
    }

    @Test
    void echoServerEchoes() throws Exception {
        try (var example = ExampleProcess.start(EchoServer.class, "0");
                Socket socket = example.connect(example.port())) {
            byte[] sent = new byte[100_000];
            new Random(1).nextBytes(sent);
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void echoServerNeedsNoPort() throws Exception {
        try (var example = ExampleProcess.start(EchoServer.class);
                Socket socket = example.connect(example.port())) {
            assertEchoes(socket);
        }
    }

    @Test
    void tlsEchoEchoesUnderACertificateFromFiles(@TempDir Path folder) throws Exception {
        var authority = CertificateAuthority.create("Examples");
        TlsIdentity identity = authority.issue("localhost");
        Path chain = Files.writeString(folder.resolve("chain.pem"), identity.chainPem());
        Path key = Files.writeString(folder.resolve("key.pem"), identity.keyPem());
        TlsOptions options = TlsOptions.builder().authorities(authority.certificate()).build();
        try (var example = ExampleProcess.start(TlsEcho.class, "0", chain.toString(), key.toString());
                var stream =
                        TlsStream.client(TcpStream.connect("127.0.0.1", example.port()), "localhost", options)) {
            stream.write(ByteBuffer.wrap(new byte[] {'h', 'i'}));
            var received = ByteBuffer.allocate(2);
            stream.readFully(received);
            assertArrayEquals(new byte[] {'h', 'i'}, received.array());
        }
    }

    @Test
    void tlsEchoMakesItselfACertificate() throws Exception {
        try (var example = ExampleProcess.start(TlsEcho.class)) {
            assertThrows(SSLException.class, () -> TlsStream.client(
                    TcpStream.connect("127.0.0.1", example.port()), "localhost", TlsOptions.defaults()));
        }
    }

    @Test
    void echoClientPrintsWhatComesBack() throws Exception {
        try (var server = ExampleProcess.start(EchoServer.class);
                var client = ExampleProcess.start(EchoClient.class, "localhost", Integer.toString(server.port()))) {
            client.type("hello");
            assertEquals("hello", client.nextLine());
            client.type("again");
            assertEquals("again", client.nextLine());
            client.endInput();
            assertEquals(0, client.exitStatus());
        }
    }

    @Test
    void echoClientEndsWithItsServer() throws Exception {
        try (var server = new ServerSocket(0);
                var client = ExampleProcess.startInVain(
                        "EchoClient", "127.0.0.1", Integer.toString(server.getLocalPort()))) {
            server.accept().shutdownOutput();
            client.type("hello");
            assertEquals(List.of("the server has ended the connection"), client.allLines());
            assertEquals(0, client.exitStatus());
        }
    }

    @Test
    void whatCannotRunSaysSoInOneLine() throws Exception {
        try (var taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            for (String server : List.of("EchoServer", "LineChat", "GracefulShutdown", "WebSocketEcho")) {
                assertComplains(server + ": expected a number: For input string: \"seven\"", server, "seven");
                assertComplains(server + ": port out of range:70000", server, "70000");
                assertComplains(server + ": bind to 0.0.0.0/0.0.0.0:" + port + ": Address already in use", server,
                        port);
            }
            assertComplains("TcpProxy: expected a number: For input string: \"seven\"", "TcpProxy", "seven", "::1",
                    "1");
            assertComplains("usage: EchoClient HOST PORT", "EchoClient");
            assertComplains("Nonsense: there is no such example", "Nonsense");
        }
    }

    private static void assertComplains(String complaint, String example, String... arguments) throws Exception {
        try (var process = ExampleProcess.startInVain(example, arguments)) {
            assertEquals(List.of(complaint), process.allLines());
            assertEquals(2, process.exitStatus());
        }
    }

    @Test
    void theReadmeShowsTheEchoServerAsItIs() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String source = Files.readString(Path.of("src/main/java/dev/asyncio/examples/EchoServer.java"));
        String shown = readme.split("```java\n|```")[1];
        String written = source.substring(source.indexOf("public final class"));
        assertEquals(written.replace("    private EchoServer() {}\n\n", ""), shown);
    }

    @Test
    void lineChatIsNotStalledByOneWhoDoesNotRead() throws Exception {
        try (var example = ExampleProcess.start(LineChat.class)) {
            int port = example.port();
            try (Socket silent = example.connect(port);
                    Socket speaker = example.connect(port);
                    Socket listener = example.connect(port)) {
                BufferedReader heard = reader(listener);
                awaitMember(speaker, listener, heard);
                // Far more than the silent member's buffers and queue hold.
                String line = "x".repeat(4_000);
                for (int i = 0; i < 5_000; i++) {
                    send(speaker, line + "\n");
                    assertEquals(line, heard.readLine());
                }
                assertThrows(IOException.class, () -> {
                    while (silent.getInputStream().read(new byte[64 * 1024]) != -1) {
                        // what had gone out before the member was cut off
                    }
                });
            }
        }
    }

    /// The listener may not be a member yet when the first line is said.
    private static void awaitMember(Socket speaker, Socket listener, BufferedReader heard) throws IOException {
        listener.setSoTimeout(50);
        boolean isMember = false;
        while (!isMember) {
            send(speaker, "is anybody there\n");
            try {
                isMember = heard.readLine() != null;
            } catch (SocketTimeoutException _) {
                // say it again
            }
        }
        listener.setSoTimeout(20_000);
        send(speaker, "let us begin\n");
        while (!heard.readLine().equals("let us begin")) {
            // said before
        }
    }

    @Test
    void tcpProxyPassesBytesAndHalfCloseOn() throws Exception {
        try (var target = new ServerSocket(0, 10, new InetSocketAddress("127.0.0.1", 0).getAddress());
                var example = ExampleProcess.start(
                        TcpProxy.class, "0", "127.0.0.1", Integer.toString(target.getLocalPort()));
                Socket client = example.connect(example.port());
                Socket upstream = target.accept()) {
            send(client, "question");
            client.shutdownOutput();
            assertEquals("question", new String(upstream.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            send(upstream, "answer");
            upstream.shutdownOutput();
            assertEquals("answer", new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void fetchPrintsThePage() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/page", exchange -> {
            byte[] page = "a page\nof two lines\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        String port = Integer.toString(server.getAddress().getPort());
        try (var example = ExampleProcess.start(FetchWithDeadline.class, "127.0.0.1", port, "/page", "20000")) {
            assertEquals("a page", example.nextLine());
            assertEquals("of two lines", example.nextLine());
            assertEquals(0, example.exitStatus());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void fetchGivesUpInTime() throws Exception {
        try (var silent = new ServerSocket(0)) {
            String port = Integer.toString(silent.getLocalPort());
            try (var example = ExampleProcess.start(FetchWithDeadline.class, "127.0.0.1", port, "/", "100")) {
                assertEquals(1, example.exitStatus());
            }
        }
    }

    @Test
    void gracefulShutdownLetsConnectionsFinish() throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "Windows has no SIGTERM");
        try (var example = ExampleProcess.start(GracefulShutdown.class)) {
            int port = example.port();
            try (Socket socket = example.connect(port)) {
                assertEchoes(socket);
                example.terminate();
                assertTrue(example.nextLine().startsWith("winding down"));
                awaitRefusal(example, port);
                assertEchoes(socket);
            }
            assertEquals("all connections finished", example.nextLine());
            assertEquals(143, example.exitStatus());
        }
    }

    private static void awaitRefusal(ExampleProcess example, int port) throws IOException {
        while (true) {
            try {
                example.connect(port).close();
            } catch (ConnectException _) {
                return;
            } catch (SocketException _) {
                // reset: the listener closed upon it
            }
        }
    }
}
