package dev.asyncio.bench;

import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Spin;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;

/// Our echo server with one of its switches set otherwise, in a process of its own: `AblationServerMain SWITCH`. Prints
/// its port, and ends with the process.
public final class AblationServerMain {

    private AblationServerMain() {}

    /// What is set otherwise.
    enum Switch {
        NONE(Contenders.ASYNCIO),
        DELAY("without TCP_NODELAY"),
        NEVER_SPIN("Spin.never()"),
        PLATFORM_LOOP("loop on a platform thread"),
        HEAP_BUFFER("heap buffer"),
        FRESH_BUFFER("fresh buffer for each read"),
        TWO_WRITES("each reply in two writes"),
        ALL("delay, no spin, fresh heap buffer, two writes");

        private final String title;

        Switch(String title) {
            this.title = title;
        }

        Subject subject() {
            return Subject.main(title, AblationServerMain.class, name());
        }

        private boolean is(Switch other) {
            return this == other || this == ALL && other != PLATFORM_LOOP;
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
        } else if (ablated == Switch.PLATFORM_LOOP) {
            group.platformThreads();
        }
        boolean noDelay = NoDelay.isWanted() && !ablated.is(Switch.DELAY);
        return AsyncioEcho.start(address, group.build(), noDelay, stream -> echo(stream, ablated));
    }

    private static void echo(TcpStream stream, Switch ablated) throws IOException {
        NoDelay.require(!ablated.is(Switch.DELAY), stream.option(StandardSocketOptions.TCP_NODELAY));
        ByteBuffer buffer = newBuffer(ablated);
        while (stream.read(buffer.clear()) != -1) {
            buffer.flip();
            if (ablated.is(Switch.TWO_WRITES)) {
                int end = buffer.limit();
                stream.write(buffer.limit(end / 2));
                buffer.limit(end);
            }
            stream.write(buffer);
            if (ablated.is(Switch.FRESH_BUFFER)) {
                buffer = newBuffer(ablated);
            }
        }
    }

    private static ByteBuffer newBuffer(Switch ablated) {
        return ablated.is(Switch.HEAP_BUFFER)
                ? ByteBuffer.allocate(EchoContender.BUFFER_BYTES)
                : ByteBuffer.allocateDirect(EchoContender.BUFFER_BYTES);
    }
}
