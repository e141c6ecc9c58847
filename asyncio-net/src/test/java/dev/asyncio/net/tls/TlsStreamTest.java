package dev.asyncio.net.tls;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.ByteStreamContract;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.net.testing.MemoryStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/// The contract over TLS, whatever is below.
class TlsStreamTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Contract");
    private static final TlsIdentity IDENTITY = AUTHORITY.issue("localhost");

    private static TlsOptions.Builder builder(String protocol) {
        return TlsOptions.builder().protocols(protocol).closeTimeout(Duration.ofMillis(20));
    }

    private static ByteStreamContract.Ends over(ByteStream client, ByteStream server, String protocol)
            throws Exception {
        var serving = Waiting.start(ThreadKind.VIRTUAL,
                () -> TlsStream.server(server, builder(protocol).identity(IDENTITY).build()));
        TlsOptions options = builder(protocol).authorities(AUTHORITY.certificate()).build();
        ByteStream stream = TlsStream.client(client, "localhost", options);
        return new ByteStreamContract.Ends(stream, serving.value());
    }

    @Nested
    class OverTcp extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var listener = TcpListener.bind(loopback, TcpOptions.defaults())) {
                TcpStream stream =
                        TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), Deadline.never());
                return over(stream, listener.accept(Waiting.patience()), "TLSv1.3");
            }
        }
    }

    @Nested
    class OverMemory extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var pair = MemoryStream.pair();
            return over(pair.left(), pair.right(), "TLSv1.3");
        }
    }

    @Nested
    class OfTheOlderVersion extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var pair = MemoryStream.pair();
            return over(pair.left(), pair.right(), "TLSv1.2");
        }

        @Override
        protected boolean hasHalfClose() {
            return false;
        }
    }

    @Nested
    class OneByteAtATime extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var pair = MemoryStream.pair();
            return over(
                    FaultyStream.around(pair.left()).readsOfAtMost(1).writesOfAtMost(1), pair.right(), "TLSv1.3");
        }

        @Override
        protected int bulkBytes() {
            return 64 * 1024;
        }
    }
}
