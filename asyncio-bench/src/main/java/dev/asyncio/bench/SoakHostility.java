package dev.asyncio.bench;

import static dev.asyncio.bench.SoakPort.SECURE_WEBSOCKET;
import static dev.asyncio.bench.SoakPort.TCP;
import static dev.asyncio.bench.SoakPort.TLS;
import static dev.asyncio.bench.SoakPort.WEBSOCKET;

import dev.asyncio.bench.SoakClients.Failure;
import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpOptions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.Deflater;

/// What hostile clients of a soak do, and what the server must answer: a status, a close code, an alert, or just the
/// end. Anything else is unexpected. What gets no answer that could be judged is counted apart: that the server lives, and
/// holds nothing of it, the soak sees by other means.
enum SoakHostility {
    RESET_WITHIN_A_MESSAGE(TCP, SoakHostility.NOT_JUDGED, peer -> {
        peer.send(new byte[10_000]);
        return SoakHostility.NOT_JUDGED;
    }),
    CUT_WITHIN_A_MESSAGE(TCP, "end", peer -> {
        peer.send(new byte[10_000]);
        peer.shutdownOutput();
        return end(peer);
    }),
    NO_HELLO(TLS, "alert", peer -> {
        peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return alert(peer);
    }),
    CUT_HELLO(TLS, "end", peer -> {
        peer.send(new byte[] {0x16, 3, 1, 0x10, 0, 1, 0, 0xF, (byte) 0xFC});
        peer.shutdownOutput();
        return end(peer);
    }),
    SILENT_IN_HELLO(SoakPort.IMPATIENT_TLS, "end", SoakHostility::end),
    NO_UPGRADE(WEBSOCKET, "426", peer -> {
        peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return status(peer);
    }),
    NO_HTTP(WEBSOCKET, "400", peer -> {
        peer.send("\u0016\u0003\u0001 what is this?\r\n\r\n");
        return status(peer);
    }),
    HUGE_HEAD(WEBSOCKET, "431", peer -> {
        peer.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
        return status(peer);
    }),
    ENDLESS_HEAD(SoakPort.IMPATIENT_WEBSOCKET, "408", peer -> {
        peer.send("GET / HTTP/1.1\r\nHost: ");
        return status(peer);
    }),
    FOREIGN_PAGE(WEBSOCKET, "403", peer -> Integer.toString(peer.upgrade("Origin: http://elsewhere.example\r\n"))),
    NO_MASK(WEBSOCKET, "1002", peer -> closeCode(peer, "", new byte[] {(byte) 0x82, 1, 'a'})),
    RESERVED_BITS(WEBSOCKET, "1002", peer -> closeCode(peer, "", SoakPeer.frame(0xF2, (byte) 'a'))),
    LONG_PING(WEBSOCKET, "1002", peer -> closeCode(peer, "", SoakPeer.frame(0x89, new byte[126]))),
    NO_UTF8(WEBSOCKET, "1007", peer -> closeCode(peer, "", SoakPeer.frame(0x81, (byte) 0xC0, (byte) 0x80))),
    HUGE_PROMISE(WEBSOCKET, "1009",
            peer -> closeCode(peer, "", new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0})),
    BOMB(WEBSOCKET, "1009", peer -> closeCode(
            peer, "Sec-WebSocket-Extensions: permessage-deflate\r\n", SoakPeer.frame(0xC2, Bomb.BYTES))),
    /// Pongs are due for the last of them at least (RFC 6455, section 5.5.3), and the answer to a close after that.
    PINGS_UNREAD(WEBSOCKET, "pong 9999, 1000", peer -> {
        upgrade(peer);
        for (int i = 0; i < 10_000; i++) {
            peer.send(SoakPeer.frame(0x89, ByteBuffer.allocate(125).putInt(i).array()));
        }
        int last = peer.readPongsTo(9_999);
        return "pong " + last + ", " + answerToClose(peer);
    }),
    /// Never takes what it asks for, until nothing more goes: the server must wait, and hold little.
    NEVER_READS(TCP, "stuck", null) {
        @Override
        String act(SoakClients clients) throws IOException, InterruptedException {
            Deadline patience = Deadline.after(SoakClients.PATIENCE);
            try (var channel = SocketChannel.open(clients.target().address(TCP))) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.configureBlocking(false);
                long sentBytes = 0;
                long progressNanos = System.nanoTime();
                while (System.nanoTime() - progressNanos < STUCK.toNanos()) {
                    if (sentBytes > ENDLESS_BYTES || patience.isExpired()) {
                        return "endless";
                    }
                    int count = channel.write(ByteBuffer.allocate(PIECE_BYTES));
                    if (count > 0) {
                        sentBytes += count;
                        progressNanos = System.nanoTime();
                    } else {
                        Thread.sleep(1);
                    }
                }
                return "stuck";
            }
        }
    },
    /// In the middle of a conversation, and without close_notify.
    CUT_TLS(TLS, SoakHostility.NOT_JUDGED, null) {
        @Override
        String act(SoakClients clients) throws IOException {
            Deadline deadline = Deadline.after(SoakClients.PATIENCE);
            SoakTransport.Connection connection = SoakTransport.TLS.connect(clients.target(), TcpOptions.defaults(), deadline);
            connection.send(ByteBuffer.allocate(100), deadline);
            connection.abort();
            return NOT_JUDGED;
        }
    },
    SECURE_NO_HELLO(SECURE_WEBSOCKET, "alert", peer -> {
        peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return alert(peer);
    }),
    SECURE_SILENT_IN_HELLO(SoakPort.IMPATIENT_SECURE_WEBSOCKET, "end", SoakHostility::end),
    SECURE_NO_MASK(SECURE_WEBSOCKET, "1002", peer -> {
        peer.startTls();
        return closeCode(peer, "", new byte[] {(byte) 0x82, 1, 'a'});
    }),
    SECURE_BOMB(SECURE_WEBSOCKET, "1009", peer -> {
        peer.startTls();
        return closeCode(peer, "Sec-WebSocket-Extensions: permessage-deflate\r\n", SoakPeer.frame(0xC2, Bomb.BYTES));
    }),
    FORGED_RECORD(SECURE_WEBSOCKET, "bad_record_mac", peer -> {
        upgradeOverTls(peer);
        peer.sendBelow(record(100, 100));
        return peer.readAlert();
    }),
    CUT_WITHIN_A_RECORD(SECURE_WEBSOCKET, "end", peer -> {
        upgradeOverTls(peer);
        peer.sendBelow(record(100, 10));
        peer.shutdownOutput();
        return end(peer);
    }),
    NO_CLOSE_NOTIFY(SECURE_WEBSOCKET, "end", peer -> {
        upgradeOverTls(peer);
        peer.shutdownOutput();
        return end(peer);
    }),
    KEY_UPDATES_UNREAD(SECURE_WEBSOCKET, "1000", peer -> {
        upgradeOverTls(peer);
        for (int i = 0; i < 100; i++) {
            peer.updateKeys();
        }
        return answerToClose(peer);
    }),
    /// Never takes in what it asks for, until nothing more goes either way. A small send buffer has room as soon as the server
    /// takes a little; a large one only when a third of it is free.
    SECURE_NEVER_READS(SECURE_WEBSOCKET, "stuck", null) {
        @Override
        String act(SoakClients clients) throws IOException {
            Deadline patience = Deadline.after(SoakClients.PATIENCE);
            TcpOptions options = TcpOptions.builder().sendBufferBytes(SMALL_BUFFER_BYTES).build();
            SoakTransport.Connection connection = SoakTransport.SECURE.connect(clients.target(), options, patience);
            try {
                for (long sentBytes = 0; sentBytes <= ENDLESS_BYTES && !patience.isExpired(); sentBytes += SMALL_BYTES) {
                    connection.send(ByteBuffer.allocate(SMALL_BYTES), Deadline.after(STUCK));
                }
                return "endless";
            } catch (SocketTimeoutException _) {
                return "stuck";
            } finally {
                connection.abort();
            }
        }
    };

    /// In place of an answer.
    private static final String NOT_JUDGED = "not judged";

    private static final long PAUSE_MILLIS = 200;

    /// For how long not a byte must go. That is longer than one who takes without end pauses, of himself or for want of a
    /// processor.
    private static final Duration STUCK = Duration.ofSeconds(2);

    private static final int PIECE_BYTES = 64 * 1024;
    private static final int SMALL_BYTES = 4 * 1024;
    private static final int SMALL_BUFFER_BYTES = 32 * 1024;

    /// Far more than the systems of both sides keep of a connection.
    private static final long ENDLESS_BYTES = 256 << 20;

    /// How much later than its own timeout an impatient server may act.
    private static final Duration LATE = Duration.ofSeconds(4);

    private final SoakPort port;
    private final String expected;
    private final Act act;

    private interface Act {

        String on(SoakPeer peer) throws IOException;
    }

    SoakHostility(SoakPort port, String expected, Act act) {
        this.port = port;
        this.expected = expected;
        this.act = act;
    }

    /// Acts once, and judges the answer.
    void live(SoakClients clients) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        String answer = act(clients);
        if (!answer.equals(expected)) {
            throw new Failure("wrong answer", this + ": expected " + expected + ", got " + answer);
        }
        if (port.isImpatient) {
            requireInTime(answer, Duration.ofNanos(System.nanoTime() - startNanos));
        }
        if (answer.equals(NOT_JUDGED)) {
            clients.counts().notJudged(toString());
        } else {
            clients.counts().expected(this + ":" + answer);
        }
        clients.pause(PAUSE_MILLIS);
    }

    private void requireInTime(String answer, Duration took) throws IOException {
        Duration due = SoakServer.IMPATIENT_TIMEOUT;
        String fact = "%s: expected %s after %d ms, got it after %d".formatted(
                this, answer, due.toMillis(), took.toMillis());
        if (took.compareTo(due) < 0) {
            throw new Failure("wrong answer", fact);
        }
        if (took.compareTo(due.plus(LATE)) > 0) {
            throw new SocketTimeoutException(fact);
        }
    }

    String act(SoakClients clients) throws IOException, InterruptedException {
        try (var peer = new SoakPeer(clients.target(), port)) {
            return act.on(peer);
        }
    }

    private static String status(SoakPeer peer) throws IOException {
        return Integer.toString(peer.readStatus());
    }

    private static String closeCode(SoakPeer peer, String fields, byte[] frame) throws IOException {
        int status = peer.upgrade(fields);
        if (status != 101) {
            return Integer.toString(status);
        }
        peer.send(frame);
        return Integer.toString(peer.readCloseCode());
    }

    private static String answerToClose(SoakPeer peer) throws IOException {
        peer.send(SoakPeer.frame(0x88, (byte) 0x03, (byte) 0xE8)); // 1000
        return Integer.toString(peer.readCloseCode());
    }

    private static void upgradeOverTls(SoakPeer peer) throws IOException {
        peer.startTls();
        upgrade(peer);
    }

    private static void upgrade(SoakPeer peer) throws IOException {
        int status = peer.upgrade("");
        if (status != 101) {
            throw new Failure("wrong answer", "expected status 101, got " + status);
        }
    }

    /// The beginning of a record that nobody can read (RFC 8446, section 5.2).
    private static byte[] record(int promisedBytes, int sentBytes) {
        return ByteBuffer.allocate(5 + sentBytes).put(new byte[] {23, 3, 3, 0, (byte) promisedBytes}).array();
    }

    /// RFC 8446, section 5.1: a record of type 21.
    private static String alert(SoakPeer peer) throws IOException {
        int first = peer.readByte();
        return first == 21 ? "alert" : Integer.toString(first);
    }

    private static String end(SoakPeer peer) throws IOException {
        peer.awaitEnd();
        return "end";
    }

    /// 64 MiB of zeros, compressed as a message is (RFC 7692, section 7.2.1).
    private static final class Bomb {

        private static final byte[] BYTES = newBytes();

        private static byte[] newBytes() {
            try (var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
                byte[] bytes = new byte[128 * 1024];
                deflater.setInput(new byte[64 << 20]);
                int length = deflater.deflate(bytes, 0, bytes.length, Deflater.SYNC_FLUSH);
                return Arrays.copyOf(bytes, length - 4);
            }
        }
    }
}
