package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeftOver.class)
class TcpListenerTest {

    private TcpListener listener;

    @BeforeEach
    void bind() throws IOException {
        listener = TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), TcpOptions.defaults());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private void assertAccepts() throws IOException {
        try (var client = TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience());
                var accepted = listener.accept(patience())) {
            assertEquals(client.localAddress(), accepted.remoteAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptWaitsForAConnection(ThreadKind kind) throws Exception {
        var accepting = Waiting.parked(kind, () -> listener.accept());
        TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience()).close();
        accepting.value().close();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineEndsAcceptAndTheListenerStaysUsable(ThreadKind kind) throws Exception {
        Waiting.start(kind, () -> listener.accept(Deadline.after(Duration.ofMillis(10))))
                .failure(SocketTimeoutException.class);
        assertAccepts();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAcceptAndTheListenerStaysUsable(ThreadKind kind) throws Exception {
        var accepting = Waiting.parked(kind, () -> listener.accept());
        accepting.interrupt();
        accepting.failure(InterruptedIOException.class);
        assertTrue(accepting.interruptStatus());
        assertAccepts();
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesAccept(ThreadKind kind) throws Exception {
        var accepting = Waiting.parked(kind, () -> listener.accept());
        listener.close();
        accepting.failure(AsynchronousCloseException.class);
        assertThrows(ClosedChannelException.class, () -> listener.accept());
        assertFalse(listener.isOpen());
        listener.close();
    }

    @Test
    void aSecondAcceptIsRefusedAndTheFirstNotDisturbed() throws Exception {
        var first = Waiting.parked(ThreadKind.VIRTUAL, () -> listener.accept());
        assertThrows(AcceptPendingException.class, () -> listener.accept());
        TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience()).close();
        first.value().close();
    }

    @Test
    void aPortInUseIsNamed() {
        InetSocketAddress taken = listener.localAddress();
        var e = assertThrows(BindException.class, () -> TcpListener.bind(taken, TcpOptions.defaults()));
        assertEquals("bind to " + taken + ": Address already in use", e.getMessage());
    }

    @Test
    void anUnknownHostToBindIsNamed() {
        var unknown = InetSocketAddress.createUnresolved("no-such-host.invalid", 0);
        var e = assertThrows(BindException.class, () -> TcpListener.bind(unknown, TcpOptions.defaults()));
        assertTrue(e.getMessage().contains("no-such-host.invalid"), e.getMessage());
    }

    @Test
    void thePortIsFreeAgainAfterClose() throws IOException {
        assertAccepts();
        InetSocketAddress address = listener.localAddress();
        listener.close();
        listener = TcpListener.bind(address, TcpOptions.defaults());
    }

    @Test
    void thePortIsFreeAlsoAfterItsLoopHasEnded() throws IOException {
        try (var group = EventLoopGroup.builder().loopCount(1).name("asyncio-ending").build()) {
            var options = TcpOptions.builder().eventLoops(group).build();
            InetSocketAddress address;
            try (var other = TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), options)) {
                address = other.localAddress();
                group.close();
            }
            TcpListener.bind(address, TcpOptions.defaults()).close();
        }
    }
}
