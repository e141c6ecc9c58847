import dev.asyncio.core.Deadline;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.Compression;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/// `java PeerClient.java URL [deflate]`: has our client check an echo server that is not ours.
final class PeerClient {

    private static final int[] SIZES = {0, 1, 125, 126, 65535, 65536, 1 << 20, 16 << 20};
    private static final int BURST = 5000;

    static void main(String[] args) throws Exception {
        var options = WebSocketOptions.builder().maxMessageBytes(64 << 20);
        boolean wantsCompression = args.length > 1;
        if (wantsCompression) {
            options.compression(Compression.withContext());
        }
        var socket = WebSocket.connect(URI.create(args[0]), options.build(), Deadline.after(Duration.ofSeconds(10)));
        try (socket) {
            require(socket.isCompressed() == wantsCompression, "compression: " + socket.isCompressed());
            for (int size : SIZES) {
                checkBinary(socket, size);
                checkText(socket, size);
            }
            checkFragments(socket);
            socket.ping(Deadline.after(Duration.ofSeconds(10)));
            checkBurst(socket);
            socket.close(CloseCode.NORMAL, "that is all", Deadline.never());
            Message.Close close = socket.peerClose().orElseThrow();
            require(close.code().equals(CloseCode.NORMAL), "close was answered by " + close);
        }
        System.out.println(wantsCompression ? "compressed" : "not compressed");
    }

    private static void checkBinary(WebSocket socket, int size) throws IOException {
        byte[] sent = new byte[size];
        new Random(size).nextBytes(sent);
        Arrays.fill(sent, size / 2, size, (byte) 7); // half of it can be compressed
        socket.send(ByteBuffer.wrap(sent));
        require(socket.receive() instanceof Message.Binary(ByteBuffer came) && came.equals(ByteBuffer.wrap(sent)),
                size + " bytes came back as others");
    }

    /// Characters of one to four bytes.
    private static void checkText(WebSocket socket, int size) throws IOException {
        String sent = "aé€😀".repeat(size / 10) + "x".repeat(size % 10);
        socket.send(sent);
        require(socket.receive() instanceof Message.Text(String came) && came.equals(sent),
                "a text of " + size + " bytes came back as another");
    }

    private static void checkFragments(WebSocket socket) throws IOException {
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        try (var message = socket.sendBinary(Deadline.never())) {
            for (int start = 0; start < sent.length; start += 100_000) {
                message.write(ByteBuffer.wrap(sent, start, Math.min(100_000, sent.length - start)));
            }
        }
        require(socket.receive() instanceof Message.Binary(ByteBuffer came) && came.equals(ByteBuffer.wrap(sent)),
                "a message in pieces came back as another");
    }

    private static void checkBurst(WebSocket socket) throws IOException, InterruptedException {
        Thread sender = Thread.ofVirtual().start(() -> sendBurst(socket));
        for (int i = 0; i < BURST; i++) {
            Message came = socket.receive();
            require(came.equals(new Message.Text("message " + i)), "message " + i + " came back as " + came);
        }
        sender.join();
    }

    private static void sendBurst(WebSocket socket) {
        try {
            for (int i = 0; i < BURST; i++) {
                socket.send("message " + i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new AssertionError(complaint);
        }
    }
}
