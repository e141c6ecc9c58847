import dev.asyncio.core.Deadline;
import dev.asyncio.net.LineReader;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/// `java TlsPeerClient.java echo|reverse|fetch PROTOCOL PORT [FILE]`: has our client check a server that is not ours: one
/// that echoes, one that turns lines round, or one that sends a file of its folder and ends.
final class TlsPeerClient {

    private static final int[] SIZES = {0, 1, 16_383, 16_384, 16_385, 1 << 20, 16 << 20};

    static void main(String[] args) throws Exception {
        TlsOptions options = TlsOptions.builder().protocols(args[1]).build();
        var tcp = TcpStream.connect("127.0.0.1", Integer.parseInt(args[2]));
        try (var stream = TlsStream.client(tcp, "localhost", options)) {
            switch (args[0]) {
                case "echo" -> checkEcho(stream);
                case "reverse" -> checkReverse(stream);
                default -> checkFetch(stream, Path.of(args[3]));
            }
            System.out.println(stream.protocol() + " " + stream.cipherSuite());
        }
    }

    private static void checkEcho(TlsStream stream) throws Exception {
        for (int size : SIZES) {
            byte[] sent = new byte[size];
            new Random(size).nextBytes(sent);
            Thread sender = Thread.ofVirtual().start(() -> send(stream, sent));
            var received = ByteBuffer.allocate(size);
            stream.readFully(received, Deadline.after(Duration.ofSeconds(30)));
            sender.join();
            require(Arrays.equals(sent, received.array()), size + " bytes came back as others");
        }
        stream.shutdownOutput();
        require(stream.read(ByteBuffer.allocate(1)) == -1, "bytes came behind the end");
    }

    private static void send(TlsStream stream, byte[] bytes) {
        try {
            stream.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkReverse(TlsStream stream) throws IOException {
        var lines = new LineReader(stream, 1024);
        for (String line : new String[] {"hello", "a", "anna and otto"}) {
            send(stream, (line + "\n").getBytes(StandardCharsets.US_ASCII));
            String came = lines.readLine();
            require(came.contentEquals(new StringBuilder(line).reverse()), line + " came back as " + came);
        }
    }

    private static void checkFetch(TlsStream stream, Path file) throws IOException {
        send(stream, ("GET /" + file.getFileName() + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        var answer = new ByteArrayOutputStream();
        stream.inputStream().transferTo(answer);
        byte[] expected = Files.readAllBytes(file);
        byte[] all = answer.toByteArray();
        require(all.length > expected.length, "of " + expected.length + " bytes and a head came " + all.length);
        byte[] body = Arrays.copyOfRange(all, all.length - expected.length, all.length);
        require(Arrays.equals(expected, body), "another file came");
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new AssertionError(complaint);
        }
    }
}
