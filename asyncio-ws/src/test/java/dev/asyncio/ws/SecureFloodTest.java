package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.JdkTls;
import dev.asyncio.net.tls.TlsFlood;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients over TLS that flood. Neither of the two closes, the WebSocket's and that of the TLS below it, is held beyond its
/// timeout, nor what reads beyond its deadline.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class SecureFloodTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final Duration SOON = Duration.ofMillis(50);
    private static final int RECORD_BYTES = 8 * 1024;

    private static final WebSocketOptions OPTIONS = options().build();

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final TlsOptions tls =
            TlsOptions.builder().identity(AUTHORITY.issue("localhost")).closeTimeout(SOON).build();

    /// Null where the client is a real one.
    private TlsFlood peer;

    /// What comes without end, and what before it.
    enum Flood {
        MESSAGES(longFrame(0x82)),
        PINGS(longFrame(0x89)),
        PONGS(longFrame(0x8A)),
        FRAGMENTS(longFrame(0x00), RawPeer.frame(0x02)),
        /// One compressed frame of 4 GiB: blocks without a byte in them.
        HOLLOW(Wire.hex("00 00 00 FF FF"), compressedFrame()),
        /// The same, where each block is the last one.
        HOLLOW_ENDS(Wire.hex("03 00"), compressedFrame()),
        BEHIND_A_CLOSE(longFrame(0x82), RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8));

        private final byte[] beginning;
        private final byte[] pieces;

        Flood(byte[] piece, byte... beginning) {
            this.beginning = beginning;
            var record = new ByteArrayOutputStream();
            while (record.size() + piece.length <= RECORD_BYTES) {
                record.writeBytes(piece);
            }
            this.pieces = record.toByteArray();
        }
    }

    private static byte[] longFrame(int first) {
        return RawPeer.frame(first, new byte[120]);
    }

    /// Its header, and a key that changes nothing.
    private static byte[] compressedFrame() {
        byte[] header = RawPeer.header(0xC2, 1L << 32, true);
        return Arrays.copyOf(header, header.length + 4);
    }

    private static byte[] beginning(Flood flood) {
        var bytes = new ByteArrayOutputStream();
        String request = RawPeer.request("/") + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        bytes.writeBytes(request.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(flood.beginning);
        return bytes.toByteArray();
    }

    private static WebSocketOptions.Builder options() {
        return WebSocketOptions.builder().closeTimeout(SOON).compression(Compression.withoutContext());
    }

    /// A WebSocket whose peer always has more for whoever reads, so that nobody ever waits for it.
    private WebSocket accept(Flood flood) throws Exception {
        return accept(flood, OPTIONS);
    }

    private WebSocket accept(Flood flood, WebSocketOptions options) throws Exception {
        var hasBegun = new AtomicBoolean();
        peer = TlsFlood.of(JdkTls.trusting(AUTHORITY.certificate()),
                () -> hasBegun.getAndSet(true) ? flood.pieces : beginning(flood));
        return WebSocket.accept(TlsStream.server(peer, tls, patience()), options, patience());
    }

    /// Ends calls that did not end by themselves.
    @AfterEach
    void close() {
        if (peer != null) {
            peer.close();
        }
    }

    private static Waiting<Void> start(Waiting.Action action) {
        return Waiting.start(ThreadKind.PLATFORM, action); // one that never waits would keep others from their carrier
    }

    @ParameterizedTest
    @EnumSource
    void aCloseDoesNotOutlastItsTimeouts(Flood flood) throws Exception {
        WebSocket socket = accept(flood);
        start(socket::close).value();
        assertFalse(peer.isOpen());
        assertTrue(peer.recordCount() > 1, "a peer that did not go on");
        assertEquals(flood == Flood.BEHIND_A_CLOSE, socket.peerClose().isPresent());
    }

    @ParameterizedTest
    @EnumSource
    void aCloseBesideAReceiverDoesNotOutlastItsTimeouts(Flood flood) throws Exception {
        WebSocket socket = accept(flood);
        var receiving = start(() -> receiveToTheEnd(socket));
        Waiting.await("the flood, or the close before it", () -> peer.recordCount() > 1 || !receiving.isAlive());
        start(socket::close).value();
        assertFalse(peer.isOpen());
        receiving.value();
    }

    /// Its timeout would come too late for this test.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BEHIND_A_CLOSE")
    void aCloseCanBeInterrupted(Flood flood) throws Exception {
        WebSocket socket = accept(flood, options().closeTimeout(Duration.ofHours(1)).build());
        var closing = start(() -> socket.close(CloseCode.NORMAL, "", Deadline.never()));
        assertEndsByInterrupt(closing);
        assertFalse(peer.isOpen());
    }

    /// Where no limit ends it either.
    @ParameterizedTest
    @EnumSource(names = {"PINGS", "PONGS", "HOLLOW", "HOLLOW_ENDS"})
    void aReceiveEndsWithItsDeadlineOrByAnInterruptAndLeavesTheWebSocketOpen(Flood flood) throws Exception {
        WebSocket socket = accept(flood, options().maxMessageBytes(Integer.MAX_VALUE).build());
        start(() -> socket.receive(Deadline.after(SOON))).failure(SocketTimeoutException.class);
        assertEndsByInterrupt(start(() -> socket.receive(Deadline.never())));
        assertTrue(socket.isOpen());
        socket.abort();
    }

    @ParameterizedTest
    @EnumSource(names = {"FRAGMENTS", "HOLLOW", "HOLLOW_ENDS"})
    void theCloseOfAReaderEndsWithItsDeadlineOrByAnInterrupt(Flood flood) throws Exception {
        WebSocket socket = accept(flood);
        MessageReader reader = socket.receiveReader(patience()).orElseThrow();
        start(() -> reader.close(Deadline.after(SOON))).failure(SocketTimeoutException.class);
        assertEndsByInterrupt(start(() -> reader.close()));
        assertTrue(reader.isOpen());
        socket.abort();
    }

    @ParameterizedTest
    @EnumSource(names = {"PINGS", "PONGS"})
    void aPingCanBeInterruptedAndLeavesTheWebSocketOpen(Flood flood) throws Exception {
        WebSocket socket = accept(flood);
        assertEndsByInterrupt(start(() -> socket.ping(Deadline.never())));
        assertTrue(socket.isOpen());
        socket.abort();
    }

    private void assertEndsByInterrupt(Waiting<?> call) {
        Waiting.await("the flood", () -> peer.recordCount() > 2);
        call.interrupt();
        call.failure(InterruptedIOException.class);
        assertTrue(call.interruptStatus());
    }

    private static void receiveToTheEnd(WebSocket socket) {
        try {
            while (!(socket.receive() instanceof Message.Close)) {} // a view would keep its buffer from the pool
        } catch (IOException _) {
            // Closed meanwhile, or the message that never ends was too long.
        }
    }

    /// Over TCP, where what nobody takes piles up in the system.
    @ParameterizedTest
    @EnumSource
    void aClientThatFloodsAndNeverReadsIsLeft(Flood flood) throws Exception {
        var sockets = JdkTls.trusting(AUTHORITY.certificate()).getSocketFactory();
        try (var server = WebSocketServer.builder().tls(tls).options(OPTIONS).handler(WebSocket::close)
                .start(TcpListener.bind(0));
                var client = new RawPeer(sockets.createSocket("localhost", server.localAddress().getPort()))) {
            client.send(beginning(flood));
            assertEquals(101, RawPeer.status(client.readHead()));
            start(() -> {
                while (true) {
                    client.send(flood.pieces);
                }
            }).failure(IOException.class);
            Waiting.await("the handler to return", () -> server.connectionCount() == 0);
        }
    }
}
