package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.LineReader;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Fetches a page over plain HTTP/1.0 within a time: one deadline bounds the look-up, the connect, and all reads.
///
/// Run it: `FetchWithDeadline HOST PORT PATH MILLISECONDS`, for instance against `python3 -m http.server`.
public final class FetchWithDeadline {

    private FetchWithDeadline() {}

    static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("usage: FetchWithDeadline HOST PORT PATH MILLISECONDS");
            System.exit(2);
        }
        var server = InetSocketAddress.createUnresolved(args[0], Integer.parseInt(args[1]));
        var deadline = Deadline.after(Duration.ofMillis(Long.parseLong(args[3])));
        try {
            fetch(server, args[2], deadline);
        } catch (SocketTimeoutException e) {
            System.err.println("not in time: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void fetch(InetSocketAddress server, String path, Deadline deadline) throws IOException {
        try (var stream = TcpStream.connect(server, TcpOptions.defaults(), deadline)) {
            String request = "GET " + path + " HTTP/1.0\r\nHost: " + server.getHostString() + "\r\n\r\n";
            stream.write(StandardCharsets.US_ASCII.encode(request), deadline);
            var lines = new LineReader(stream, 16 * 1024);
            for (String line; (line = lines.readLine(deadline)) != null && !line.isEmpty();) {
                System.err.println(line);
            }
            var body = ByteBuffer.allocate(16 * 1024);
            while (lines.read(body.clear(), deadline) != -1) {
                System.out.write(body.array(), 0, body.position());
            }
            System.out.flush();
        }
    }
}
