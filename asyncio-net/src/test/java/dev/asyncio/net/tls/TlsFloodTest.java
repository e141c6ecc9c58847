package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsFlood.Kind;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Peers whose records come without end, and never bring what a call waits for, do not hold it beyond its deadline, nor
/// beyond an interrupt.
@ExtendWith(NothingLeftOver.class)
class TlsFloodTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final Duration SOON = Duration.ofMillis(50);
    private static final int MANY_RECORDS = 1000;

    /// So many demands for keys are heard without an answer, but not twice as many.
    private static final int SOME_RECORDS = 300;

    /// RFC 8446, sections 4.6.3 and 5.2: header, key update, type, the JDK's padding and tag.
    private static final int KEY_UPDATE_RECORD_BYTES = 5 + 5 + 1 + 16 + 16;

    private TlsFlood peer;

    /// What waits for data.
    enum Call {
        READ {
            @Override
            void run(TlsStream stream, Deadline deadline) throws Exception {
                stream.read(ByteBuffer.allocate(1), deadline);
            }
        },
        AWAIT_READABLE {
            @Override
            void run(TlsStream stream, Deadline deadline) throws Exception {
                stream.awaitReadable(deadline);
            }
        };

        abstract void run(TlsStream stream, Deadline deadline) throws Exception;
    }

    private TlsStream connect(Kind kind, Duration closeTimeout) throws Exception {
        peer = new TlsFlood(JdkTls.trusting(AUTHORITY.certificate()), kind);
        var options = TlsOptions.builder().identity(LOCALHOST).closeTimeout(closeTimeout).build();
        return TlsStream.server(peer, options, patience());
    }

    /// Ends calls that did not end by themselves.
    @AfterEach
    void close() {
        peer.close();
    }

    private static Waiting<Void> start(Waiting.Action action) {
        return Waiting.start(ThreadKind.PLATFORM, action); // one that never waits would keep others from their carrier
    }

    private void awaitFlood() {
        long before = peer.recordCount();
        Waiting.await("the flood", () -> peer.recordCount() >= before + MANY_RECORDS);
    }

    /// Data follows.
    private void sendKeys(int count) throws Exception {
        peer.sendTogether(Collections.nCopies(count, Kind.KEYS).toArray(Kind[]::new));
    }

    private static void assertReads(String expected, TlsStream stream, Deadline deadline) throws Exception {
        var bytes = ByteBuffer.allocate(expected.length());
        stream.readFully(bytes, deadline);
        assertEquals(expected, new String(bytes.array(), StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @EnumSource
    void recordsWithoutDataDoNotOutlastADeadline(Call call) throws Exception {
        TlsStream stream = connect(Kind.KEYS, SOON);
        start(() -> call.run(stream, Deadline.after(SOON))).failure(SocketTimeoutException.class);
        assertTrue(peer.recordCount() > 0, "a peer that sent nothing");
        assertTrue(stream.isOpen());
        peer.turnTo(Kind.DATA);
        start(() -> assertReads("dd", stream, patience())).value();
    }

    @ParameterizedTest
    @EnumSource
    void recordsWithoutDataDoNotOutlastAnInterrupt(Call call) throws Exception {
        TlsStream stream = connect(Kind.KEYS, SOON);
        var waiting = start(() -> call.run(stream, Deadline.never()));
        awaitFlood();
        waiting.interrupt();
        waiting.failure(InterruptedIOException.class);
        assertTrue(waiting.interruptStatus());
        assertTrue(stream.isOpen());
        peer.turnTo(Kind.DATA);
        start(() -> assertReads("dd", stream, patience())).value();
    }

    @ParameterizedTest
    @EnumSource
    void aCloseDoesNotOutlastItsTimeout(Kind kind) throws Exception {
        TlsStream stream = connect(kind, SOON);
        start(stream::close).value();
        assertTrue(peer.recordCount() > 0, "a peer that sent nothing");
        assertFalse(stream.isOpen());
    }

    @ParameterizedTest
    @EnumSource
    void aCloseDoesNotOutlastAnInterrupt(Kind kind) throws Exception {
        TlsStream stream = connect(kind, Waiting.PATIENCE.multipliedBy(2));
        var closing = start(stream::close);
        awaitFlood();
        closing.interrupt();
        closing.value();
        assertTrue(closing.interruptStatus());
        assertFalse(stream.isOpen());
    }

    @Test
    void aHandshakeDoesNotOutlastItsDeadline() throws Exception {
        peer = TlsFlood.ofWarnings();
        var options = TlsOptions.builder().identity(LOCALHOST).closeTimeout(SOON).build();
        start(() -> TlsStream.server(peer, options, Deadline.after(SOON))).failure(SocketTimeoutException.class);
    }

    /// A deadline ends waits: what needs none is done beyond it.
    @Test
    void dataThatHasComeBehindSuchRecordsIsReadEvenBeyondTheDeadline() throws Exception {
        TlsStream stream = connect(Kind.KEYS, SOON);
        peer.sendTogether(Kind.KEYS, Kind.KEYS, Kind.DATA);
        assertReads("d", stream, Deadline.after(Duration.ZERO));
    }

    /// Its answers would fill the heap.
    @Test
    void aPeerThatAsksForKeysAndTakesNoAnswerIsRefused() throws Exception {
        TlsStream stream = connect(Kind.DATA, SOON);
        peer.stopReading();
        sendKeys(MANY_RECORDS);
        var failure = start(() -> stream.read(ByteBuffer.allocate(1), patience())).failure(SSLException.class);
        assertTrue(failure.getMessage().contains("takes no answer"), failure::getMessage);
        assertFalse(stream.isOpen());
    }

    /// Who sends much may not read before all is sent.
    @Test
    void dataBehindKeyUpdatesIsReadHoweverLongTheAnswersWait() throws Exception {
        TlsStream stream = connect(Kind.DATA, SOON);
        peer.stopReading();
        sendKeys(SOME_RECORDS);
        start(() -> assertReads("d".repeat(MANY_RECORDS), stream, patience())).value();
    }

    @Test
    void aPeerThatTakesTheAnswersLaterMayAskAgain() throws Exception {
        TlsStream stream = connect(Kind.DATA, SOON);
        peer.stopReading();
        for (int i = 0; i < 3; i++) {
            sendKeys(SOME_RECORDS);
            start(() -> assertReads("d", stream, patience())).value();
            peer.readUnread(SOME_RECORDS * KEY_UPDATE_RECORD_BYTES);
        }
    }
}
