package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;

/// No contender runs without TCP_NODELAY: each asks for what is wanted on both ends of its connections, reads back what it
/// got, and refuses where that is off.
final class NoDelay {

    /// Of a connection from the same process.
    private static final Duration ACCEPT_TIMEOUT = Duration.ofSeconds(10);

    /// False in a test only, which expects everybody to refuse.
    private static volatile boolean isWanted = true;

    private NoDelay() {}

    static boolean isWanted() {
        return isWanted;
    }

    /// Of all connections from here on.
    static void want(boolean wanted) {
        isWanted = wanted;
    }

    /// The defaults, but for what is wanted.
    static TcpOptions tcpOptions() {
        return TcpOptions.builder().noDelay(isWanted).build();
    }

    static void require(boolean readBack) {
        require(true, readBack);
    }

    /// For a server that may be meant to be without it.
    static void require(boolean expected, boolean readBack) {
        if (readBack != expected) {
            throw new IllegalStateException("TCP_NODELAY is " + (readBack ? "on" : "off"));
        }
    }

    /// Asks a socket for what is wanted, and reads it back. A socket that is refused is closed.
    static void ask(Socket socket) throws IOException {
        try {
            socket.setTcpNoDelay(isWanted);
            require(socket.getTcpNoDelay());
        } catch (IOException | IllegalStateException e) {
            socket.close();
            throw e;
        }
    }

    /// A WebSocket does not show its stream, nor does one of TLS, so the first stream of their server's listener is looked
    /// at in their stead. A listener that is refused is closed.
    static void require(TcpListener listener) throws IOException {
        InetSocketAddress address = listener.localAddress();
        try (var _ = new Socket(address.getAddress(), address.getPort());
                var stream = listener.accept(Deadline.after(ACCEPT_TIMEOUT))) {
            require(stream.option(StandardSocketOptions.TCP_NODELAY));
        } catch (IOException | IllegalStateException e) {
            listener.close();
            throw e;
        }
    }
}
