package dev.asyncio.bench;

import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Spin;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpStream;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;

/// Our WebSocket echo server with one of its switches set otherwise, in a process of its own:
/// `WebSocketAblationMain SWITCH`. For messages of 64 binary bytes. Prints its port, and ends with the process.
public final class WebSocketAblationMain {

    private WebSocketAblationMain() {}

    /// What is set otherwise.
    enum Switch {
        NONE(Contenders.ASYNCIO),
        DELAY("without TCP_NODELAY"),
        NEVER_SPIN("Spin.never()"),
        OWN_MESSAGES("each message an object of its own"),
        BETWEEN("a stream in between, nothing else"),
        NO_BURSTS("each answer in a write of its own"),
        TWO_WRITES("header and payload in two writes"),
        FRESH_BUFFER("fresh heap buffer besides the pool's"),
        ALL("all of these");

        private final String title;

        Switch(String title) {
            this.title = title;
        }

        Subject subject() {
            return Subject.main(title, WebSocketAblationMain.class, name());
        }

        boolean is(Switch other) {
            return this == other || this == ALL;
        }

        /// Whether a stream below our WebSocket does it.
        private boolean isBelow() {
            return switch (this) {
                case BETWEEN, NO_BURSTS, TWO_WRITES, FRESH_BUFFER, ALL -> true;
                case NONE, DELAY, NEVER_SPIN, OWN_MESSAGES -> false;
            };
        }
    }

    static void main(String[] args) throws Exception {
        try (var server =
                start(Names.find("switch", Switch.values(), args[0]), new InetSocketAddress("127.0.0.1", 0))) {
            System.out.println("listening on port " + server.address().getPort());
            Thread.currentThread().join();
        }
    }

    static EchoContender start(Switch ablated, InetSocketAddress address) throws IOException {
        var group = EventLoopGroup.builder();
        if (ablated.is(Switch.NEVER_SPIN)) {
            group.spin(Spin.never());
        }
        boolean noDelay = NoDelay.isWanted() && !ablated.is(Switch.DELAY);
        return AsyncioEcho.start(address, group.build(), noDelay, stream -> serve(stream, ablated));
    }

    private static void serve(TcpStream stream, Switch ablated) throws IOException {
        NoDelay.require(!ablated.is(Switch.DELAY), stream.option(StandardSocketOptions.TCP_NODELAY));
        try (var socket = WebSocket.accept(ablate(stream, ablated))) {
            if (ablated.is(Switch.OWN_MESSAGES)) {
                echoOwn(socket);
            } else {
                AsyncioWebSocketEcho.echo(socket);
            }
        }
    }

    private static ByteStream ablate(TcpStream stream, Switch ablated) {
        return ablated.isBelow() ? new AblatedStream(stream, ablated) : stream;
    }

    private static void echoOwn(WebSocket socket) throws IOException {
        while (socket.receive() instanceof Message.Binary(var bytes)) {
            socket.send(bytes);
        }
    }
}
