package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftOver.class)
class TcpOptionsTest {

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

    @FunctionalInterface
    private interface BothEnds {
        void check(TcpStream stream) throws IOException;
    }

    /// Checks the connecting and the accepting end.
    private static void connectWith(TcpOptions options, BothEnds test) throws IOException {
        try (var listener = TcpListener.bind(LOOPBACK, options);
                var client = TcpStream.connect(listener.localAddress(), options, patience());
                var accepted = listener.accept(patience())) {
            test.check(client);
            test.check(accepted);
        }
    }

    @Test
    void noDelayIsOnUnlessSwitchedOff() throws IOException {
        connectWith(TcpOptions.defaults(), stream -> assertTrue(stream.option(StandardSocketOptions.TCP_NODELAY)));
        connectWith(
                TcpOptions.builder().noDelay(false).build(),
                stream -> assertFalse(stream.option(StandardSocketOptions.TCP_NODELAY)));
    }

    @Test
    void keepAliveProbesAreSet() throws IOException {
        connectWith(TcpOptions.defaults(), stream -> assertFalse(stream.option(StandardSocketOptions.SO_KEEPALIVE)));
        var probes = new TcpOptions.KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(5), 3);
        connectWith(TcpOptions.builder().keepAlive(probes).build(), stream -> {
            assertTrue(stream.option(StandardSocketOptions.SO_KEEPALIVE));
            assertEquals(30, stream.option(ExtendedSocketOptions.TCP_KEEPIDLE));
            assertEquals(5, stream.option(ExtendedSocketOptions.TCP_KEEPINTERVAL));
            assertEquals(3, stream.option(ExtendedSocketOptions.TCP_KEEPCOUNT));
        });
    }

    @Test
    void bufferSizesAreSet() throws IOException {
        var options = TcpOptions.builder()
                .sendBufferBytes(20_000)
                .receiveBufferBytes(30_000)
                .build();
        connectWith(options, stream -> {
            assertTrue(stream.option(StandardSocketOptions.SO_SNDBUF) >= 20_000);
            assertTrue(stream.option(StandardSocketOptions.SO_SNDBUF) < 60_000);
            assertTrue(stream.option(StandardSocketOptions.SO_RCVBUF) >= 30_000);
            assertTrue(stream.option(StandardSocketOptions.SO_RCVBUF) < 90_000);
        });
    }

    @Test
    void resetOnCloseResets() throws IOException {
        var options = TcpOptions.builder().resetOnClose(true).build();
        try (var listener = TcpListener.bind(LOOPBACK, TcpOptions.defaults());
                var client = TcpStream.connect(listener.localAddress(), options, patience());
                var accepted = listener.accept(patience())) {
            client.close();
            var e = assertThrows(IOException.class, () -> accepted.read(ByteBuffer.allocate(1), patience()));
            assertEquals("read from " + client.localAddress() + ": Connection reset", e.getMessage());
        }
    }

    @Test
    void theReadTimeoutBoundsReadsWithoutADeadline() throws IOException {
        connectWith(TcpOptions.builder().readTimeout(Duration.ofMillis(5)).build(), stream -> {
            assertThrows(SocketTimeoutException.class, () -> stream.read(ByteBuffer.allocate(1)));
            assertThrows(SocketTimeoutException.class, () -> stream.readFully(ByteBuffer.allocate(1)));
            assertThrows(SocketTimeoutException.class, () -> stream.inputStream().read());
        });
    }

    @Test
    void severalListenersMayShareAPort() throws IOException {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "not every system shares ports");
        var options = TcpOptions.builder().reusePort(true).build();
        try (var first = TcpListener.bind(LOOPBACK, options)) {
            TcpListener.bind(first.localAddress(), options).close();
        }
    }

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        var builder = TcpOptions.builder();
        refused("send buffer bytes", () -> builder.sendBufferBytes(-1));
        refused("receive buffer bytes", () -> builder.receiveBufferBytes(-1));
        refused("backlog", () -> builder.backlog(0));
        refused("connection limit", () -> builder.connectionLimit(0));
        refused("read timeout", () -> builder.readTimeout(Duration.ZERO));
        var second = Duration.ofSeconds(1);
        refused("keep-alive idle time", () -> new TcpOptions.KeepAlive(Duration.ZERO, second, 1));
        refused("keep-alive interval", () -> new TcpOptions.KeepAlive(second, Duration.ofDays(1), 1));
        refused("keep-alive count", () -> new TcpOptions.KeepAlive(second, second, 0));
    }

    private static void refused(String name, org.junit.jupiter.api.function.Executable call) {
        var e = assertThrows(IllegalArgumentException.class, call);
        assertTrue(e.getMessage().startsWith(name + ": expected"), e.getMessage());
    }
}
