package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsContenderTest {

    @ParameterizedTest
    @EnumSource
    void eachEchoesWhatItIsSent(TlsContender.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TlsContender server = kind.start(anyPort)) {
            for (String host : new String[] {TlsContexts.HOST, "a" + TlsContexts.DOMAIN, TlsContexts.HOST}) {
                try (TlsContender.Client client = server.connect(host)) {
                    client.roundTrips(20);
                    client.stream(1_000_003);
                    client.roundTrips(1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noneTrustsAServerThatIsAnother(TlsContender.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TlsContender server = kind.start(anyPort)) {
            assertThrows(IOException.class, () -> server.connect("elsewhere.example").close());
        }
    }

    @Test
    void whatComesBackIsChecked() throws IOException {
        var payload = new TlsPayload().fill(ByteBuffer.allocate(40_000), 40_000);
        var checked = new TlsPayload();
        checked.check(payload.duplicate().limit(30_000));
        assertThrows(IOException.class, () -> checked.check(payload.position(30_001)));
    }
}
