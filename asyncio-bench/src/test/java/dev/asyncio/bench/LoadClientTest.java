package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadClientTest {

    private static final int MESSAGE_BYTES = 64;

    private static LoadClient.Result run(InetSocketAddress server, int connectionCount, int window) throws IOException {
        return LoadClient.run(
                server,
                connectionCount,
                MESSAGE_BYTES,
                window,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                () -> {});
    }

    @Test
    void anHonestServerIsMeasured() throws IOException {
        try (var server = FaultyEcho.start(FaultyEcho.Fault.NONE, MESSAGE_BYTES)) {
            LoadClient.Result result = run(server.address(), 3, 4);
            assertTrue(result.replyCount() > 0);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void anyFaultFailsTheRun(FaultyEcho.Fault fault) throws IOException {
        try (var server = FaultyEcho.start(fault, MESSAGE_BYTES)) {
            assertThrows(IOException.class, () -> run(server.address(), 3, 4));
        }
    }

    @Test
    void oneLostReplyFailsTheRunHoweverBusyTheOtherConnectionsAre() throws IOException {
        try (var server = FaultyEcho.start(FaultyEcho.Fault.DROPPED, MESSAGE_BYTES)) {
            IOException failure = assertThrows(IOException.class, () -> run(server.address(), 3, 1));
            assertEquals("1 replies are missing after PT5S", failure.getMessage());
        }
    }

    @Test
    void aServerNeverStartedFailsTheRun() throws IOException {
        InetSocketAddress nobody;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) listener.getLocalSocketAddress();
        }
        assertThrows(ConnectException.class, () -> run(nobody, 1, 1));
    }

    @Test
    void aFailedRunIsAFailedProcess() throws Exception {
        try (var server = FaultyEcho.start(FaultyEcho.Fault.ALTERED, MESSAGE_BYTES);
                var client = ChildJvm.start(
                        LoadClient.class, "127.0.0.1", server.address().getPort(), 1, MESSAGE_BYTES, 1, 0.1, 0.1)) {
            assertThrows(IOException.class, client::finish);
        }
    }
}
