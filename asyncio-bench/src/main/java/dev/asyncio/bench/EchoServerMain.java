package dev.asyncio.bench;

import java.net.InetSocketAddress;

/// One contender's echo server in a process of its own: `EchoServerMain CONTENDER [PORT]`. Prints its port, and ends
/// with the process.
public final class EchoServerMain {

    private EchoServerMain() {}

    static void main(String[] args) throws Exception {
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        try (var server = EchoContender.Kind.of(args[0]).start(new InetSocketAddress("127.0.0.1", port))) {
            System.out.println("listening on port " + server.address().getPort());
            Thread.currentThread().join();
        }
    }
}
