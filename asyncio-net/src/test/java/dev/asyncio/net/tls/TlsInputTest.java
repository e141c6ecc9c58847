package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static dev.asyncio.net.ByteStreamContract.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An engine fails while it takes a record apart: nothing that comes behind is read as if nothing were missing.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class TlsInputTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Input");

    private final MemoryStream.Pair streams = MemoryStream.pair();
    private ShortOfMemory engine;
    private TlsStream stream;
    private TlsStream peer;

    /// Lacks memory for what was in a record, which it has taken by then, as the JDK does.
    private static final class ShortOfMemory extends EngineAround {

        private int recordsToRead = Integer.MAX_VALUE;
        private boolean hasMemoryForAlerts = true;

        ShortOfMemory(SSLEngine engine) {
            super(engine);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length) throws SSLException {
            int position = dsts[offset].position();
            SSLEngineResult result = super.unwrap(src, dsts, offset, length);
            if (result.bytesProduced() > 0 && recordsToRead-- == 0) {
                dsts[offset].position(position);
                throw new OutOfMemoryError("no memory for what was in a record");
            }
            return result;
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
            if (!hasMemoryForAlerts) {
                throw new OutOfMemoryError("no memory for an alert");
            }
            return super.wrap(srcs, offset, length, dst);
        }
    }

    @BeforeEach
    void connect() throws Exception {
        var builder = TlsOptions.builder().protocols("TLSv1.3").closeTimeout(Duration.ofMillis(20));
        TlsOptions client = builder.authorities(AUTHORITY.certificate()).build();
        var connecting = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.client(streams.left(), "localhost", client));
        TlsOptions server = builder.identity(AUTHORITY.issue("localhost")).build();
        engine = new ShortOfMemory(server.newServerEngine());
        stream = TlsStream.shakeHands(streams.right(), "server", () -> engine, server, patience());
        peer = connecting.value();
    }

    @AfterEach
    void close() throws Exception {
        stream.close();
        peer.close();
    }

    @Test
    void nothingIsReadBehindARecordThatWasLostForWantOfMemory() throws Exception {
        engine.recordsToRead = 0;
        peer.write(bytes("lost"));
        assertThrows(OutOfMemoryError.class, () -> stream.read(ByteBuffer.allocate(16), patience()));
        peer.write(bytes("next"));
        assertIsBroken();
    }

    @Test
    void whatWasReadBeforeSuchARecordIsReturned() throws Exception {
        engine.recordsToRead = 1;
        peer.write(bytes("read"));
        peer.write(bytes("lost"));
        peer.write(bytes("next"));
        // On a thread of its own, since an error of that kind would end the whole test run.
        var reading = Waiting.start(ThreadKind.VIRTUAL, () -> stream.read(ByteBuffer.allocate(64), patience()));
        assertEquals("read".length(), reading.value());
        assertIsBroken();
    }

    private void assertIsBroken() {
        var failure = assertThrows(SSLException.class, () -> stream.read(ByteBuffer.allocate(16), patience()));
        assertTrue(failure.getMessage().contains("an earlier read failed"), failure::getMessage);
    }

    /// The engine itself says so of the first, and of the second that the peer has ended.
    @Test
    void aForgedRecordIsNoEndEvenIfThereWasNoMemoryToTellThePeer() throws Exception {
        engine.hasMemoryForAlerts = false;
        String forged = "1703030020" + "00".repeat(32);
        streams.left().write(ByteBuffer.wrap(HexFormat.of().parseHex(forged + forged)));
        assertThrows(OutOfMemoryError.class, () -> stream.read(ByteBuffer.allocate(16), patience()));
        assertThrows(SSLException.class, () -> stream.read(ByteBuffer.allocate(16), patience()));
    }
}
