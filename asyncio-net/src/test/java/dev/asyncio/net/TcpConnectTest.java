package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeftOver.class)
class TcpConnectTest {

    private static final TcpOptions DEFAULTS = TcpOptions.defaults();

    private static InetSocketAddress freePort() throws IOException {
        try (var listener = TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), DEFAULTS)) {
            return listener.localAddress();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void aHostIsLookedUpAndConnectedTo(String host) throws Exception {
        try (var listener = TcpListener.bind(0);
                var stream = TcpStream.connect(host, listener.localAddress().getPort());
                var accepted = listener.accept(patience())) {
            assertEquals(stream.localAddress(), accepted.remoteAddress());
            assertEquals(stream.remoteAddress(), accepted.localAddress());
            assertTrue(stream.toString().contains(stream.remoteAddress().toString()), stream.toString());
        }
    }

    @Test
    void aRefusedConnectNamesTheAddress() throws IOException {
        InetSocketAddress nobody = freePort();
        var e = assertThrows(ConnectException.class, () -> TcpStream.connect(nobody, DEFAULTS, patience()));
        assertEquals("connect to " + nobody + ": Connection refused", e.getMessage());
    }

    @Test
    void anUnknownHostIsNamed() {
        var e = assertThrows(UnknownHostException.class, () -> TcpStream.connect("no-such-host.invalid", 80));
        assertTrue(e.getMessage().startsWith("unknown host no-such-host.invalid"), e.getMessage());
    }

    @Test
    void whatTheProcessLacksIsNotSaidOfTheHost() {
        var shortage = new OutOfMemoryError("on purpose");
        var e = assertThrows(OutOfMemoryError.class, () -> HostResolver.lookUp("localhost", () -> {
            throw shortage;
        }, patience()));
        assertSame(shortage, e);
    }

    @Test
    void everyAddressIsTried() throws IOException {
        var here = InetAddress.getByName("127.0.0.1");
        var nobody = InetAddress.getByName("::1");
        try (var listener = TcpListener.bind(new InetSocketAddress(here, 0), DEFAULTS)) {
            int port = listener.localAddress().getPort();
            TcpConnector.connectToAny(new InetAddress[] {nobody, here}, port, DEFAULTS, patience())
                    .close();
        }
        int port = freePort().getPort();
        var e = assertThrows(
                ConnectException.class,
                () -> TcpConnector.connectToAny(new InetAddress[] {nobody, here}, port, DEFAULTS, patience()));
        assertTrue(e.getMessage().contains("127.0.0.1"), e.getMessage());
        assertTrue(e.getSuppressed()[0].getMessage().contains("0:0:0:0:0:0:0:1"), e.getSuppressed()[0].getMessage());
    }

    @Test
    void aPeerThatDoesNotAnswerIsGivenUpInTime() throws Exception {
        withFullBacklog(address -> {
            var e = assertThrows(
                    SocketTimeoutException.class,
                    () -> TcpStream.connect(address, DEFAULTS, Deadline.after(Duration.ofMillis(50))));
            assertEquals("connect to " + address + ": deadline passed", e.getMessage());
        });
    }

    @Test
    void anInterruptEndsAConnect() throws Exception {
        withFullBacklog(address -> {
            var connecting = Waiting.parked(
                    ThreadKind.VIRTUAL, () -> TcpStream.connect(address, DEFAULTS, Deadline.never()));
            connecting.interrupt();
            var e = connecting.failure(InterruptedIOException.class);
            assertEquals("connect to " + address + ": interrupted", e.getMessage());
            assertTrue(connecting.interruptStatus());
        });
    }

    @FunctionalInterface
    private interface AddressTest {
        void run(InetSocketAddress address) throws Exception;
    }

    /// Linux drops the first packet of a connection that does not fit into the backlog, so its connect hangs.
    private static void withFullBacklog(AddressTest test) throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "backlogs overflow otherwise elsewhere");
        List<SocketChannel> waiting = new ArrayList<>();
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0), 1)) {
            var address = (InetSocketAddress) listener.getLocalAddress();
            for (int i = 0; i < 8; i++) {
                var channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(address);
                waiting.add(channel);
            }
            test.run(address);
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    @Test
    void aClosedGroupIsNamed() throws IOException {
        var group = EventLoopGroup.builder().loopCount(1).name("gone").build();
        group.close();
        var options = TcpOptions.builder().eventLoops(group).build();
        try (var listener = TcpListener.bind(0)) {
            var e = assertThrows(
                    EventLoopClosedException.class,
                    () -> TcpStream.connect(listener.localAddress(), options, patience()));
            assertEquals("event loop gone-0 is closed", e.getMessage());
        }
    }

    @Test
    void addressesOfOtherKindsAreRefused() {
        var other = UnixDomainSocketAddress.of("socket");
        assertThrows(IllegalArgumentException.class, () -> TcpStream.connect(other, DEFAULTS, patience()));
        assertThrows(IllegalArgumentException.class, () -> TcpListener.bind(other, DEFAULTS));
    }

    @Test
    void aDeadlineAlsoBoundsTheLookUp() {
        var address = InetSocketAddress.createUnresolved("localhost", 1);
        var passed = Deadline.after(Duration.ZERO);
        var e = assertThrows(SocketTimeoutException.class, () -> TcpStream.connect(address, DEFAULTS, passed));
        assertTrue(e.getMessage().contains("localhost"), e.getMessage());
    }

    @Test
    void theEventLoopOfAStreamIsOneOfItsGroup() throws IOException {
        try (var group = EventLoopGroup.builder().loopCount(1).name("asyncio-one").build();
                var listener = TcpListener.bind(0);
                var stream = TcpStream.connect(
                        new InetSocketAddress("127.0.0.1", listener.localAddress().getPort()),
                        TcpOptions.builder().eventLoops(group).build(),
                        patience())) {
            assertSame(group.loops().getFirst(), stream.eventLoop());
        }
    }
}
