package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConnectionChecksTest {

    @Test
    void manyConnectionsAreHeldAtOnceAndGivenBack() throws Exception {
        var verdict = ManyConnections.check(200, 3);
        assertTrue(verdict.passed(), verdict.finding());
    }

    @Test
    void nothingIsLeftOfConnectionsThatCameAndWent() throws Exception {
        var verdict = ConnectChurn.check(2_000, 16);
        assertTrue(verdict.passed(), verdict.finding());
    }

    @Test
    void aHeldConnectionIsSeen() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = EchoContender.Kind.ASYNCIO.start(anyPort)) {
            HeldResources before = HeldResources.settled();
            try (var stream = TcpStream.connect(server.address(), TcpOptions.defaults(), Waiting.patience())) {
                assertTrue(stream.isOpen());
                assertFalse(HeldResources.settled().isWithin(before));
            }
            assertTrue(HeldResources.awaitWithin(before).isWithin(before));
        }
    }
}
