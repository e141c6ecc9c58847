package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static dev.asyncio.net.ByteStreamContract.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.MemoryStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A peer begins another handshake, against the rules of TLS 1.3. The JDK makes no such peer, so our own engine says
/// that there is one.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class TlsSecondHandshakeTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Again");

    private final MemoryStream.Pair streams = MemoryStream.pair();

    /// Takes data for a message of another handshake, and does as the JDK with one: it has a task, whose failure ends
    /// it, and is thrown once by the next call, wrap or unwrap. Then it has something to tell the peer: the end, in
    /// place of an alert.
    private static final class AskedAgain extends EngineAround {

        private boolean isAskedAgain;
        private Runnable task;
        private SSLException untold;
        private boolean isOver;

        AskedAgain(SSLEngine engine) {
            super(engine);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length) throws SSLException {
            tell();
            if (isOver) {
                return new SSLEngineResult(Status.CLOSED, getHandshakeStatus(), 0, 0);
            }
            int position = dsts[offset].position();
            SSLEngineResult result = super.unwrap(src, dsts, offset, length);
            if (!isAskedAgain || result.bytesProduced() == 0) {
                return result;
            }
            dsts[offset].position(position);
            task = this::fail;
            return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_TASK, result.bytesConsumed(), 0);
        }

        private void fail() {
            isOver = true;
            untold = new SSLException("out of place");
            closeOutbound();
        }

        @Override
        public Runnable getDelegatedTask() {
            Runnable due = task;
            task = null;
            return due == null ? super.getDelegatedTask() : due;
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
            tell();
            return super.wrap(srcs, offset, length, dst);
        }

        private void tell() throws SSLException {
            SSLException due = untold;
            untold = null;
            if (due != null) {
                throw due;
            }
        }
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void itIsRefusedAndThePeerIsTold() throws Exception {
        var builder = TlsOptions.builder().protocols("TLSv1.3").closeTimeout(Duration.ofMillis(20));
        TlsOptions client = builder.authorities(AUTHORITY.certificate()).build();
        var connecting = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.client(streams.left(), "localhost", client));
        TlsOptions server = builder.identity(AUTHORITY.issue("localhost")).build();
        var engine = new AskedAgain(server.newServerEngine());
        try (var stream = TlsStream.shakeHands(streams.right(), "server", () -> engine, server, patience());
                var peer = connecting.value()) {
            engine.isAskedAgain = true;
            peer.write(bytes("again"));
            peer.write(bytes("data behind it"));
            var failure = assertThrows(SSLException.class, () -> stream.read(ByteBuffer.allocate(64), patience()));
            assertTrue(failure.getMessage().contains("out of place"), failure::getMessage);
            assertFalse(stream.isOpen());
            assertEquals(-1, peer.read(ByteBuffer.allocate(1), patience()), "what the peer is told");
        }
    }
}
