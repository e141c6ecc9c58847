package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.LineReader;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Sends each line of standard input to an echo server and prints what comes back.
///
/// Run it: `EchoClient HOST PORT`, beside an [EchoServer].
public final class EchoClient {

    private EchoClient() {}

    static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: EchoClient HOST PORT");
            System.exit(2);
        }
        var server = InetSocketAddress.createUnresolved(args[0], Integer.parseInt(args[1]));
        var timeout = Duration.ofSeconds(5);
        try (var stream = TcpStream.connect(server, TcpOptions.defaults(), Deadline.after(timeout))) {
            var lines = new LineReader(stream, 64 * 1024);
            for (String line; (line = IO.readln()) != null;) {
                stream.outputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                String echo = lines.readLine(Deadline.after(timeout));
                if (echo == null) {
                    System.err.println("the server has ended the connection");
                    break;
                }
                System.out.println(echo);
            }
        }
    }
}
