package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What transfers cost in memory outside the heap. Each in a process of its own, as the system sees it: the JDK's own
/// accounts leave out the buffers through which NIO copies those on the heap.
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has /proc/self/status, which tells a process its peak")
class TcpMemoryTest {

    private static final int BULK_BYTES = 64 * 1024 * 1024;

    /// For compiled code, stacks and whatever else a JVM takes meanwhile.
    private static final long SLACK_BYTES = 24 * 1024 * 1024;

    enum Transfer {
        ONE_LARGE_HEAP_BUFFER {
            @Override
            void run(TcpStream client) throws Exception {
                receiveWhile(client, () -> client.write(ByteBuffer.wrap(new byte[BULK_BYTES])));
            }
        },
        MANY_HEAP_BUFFERS_GATHERED {
            @Override
            void run(TcpStream client) throws Exception {
                var srcs = new ByteBuffer[BULK_BYTES / 100_000];
                Arrays.setAll(srcs, _ -> ByteBuffer.allocate(100_000));
                receiveWhile(client, () -> client.write(srcs));
            }
        },
        TO_A_SERVER_WHOSE_ANSWERS_NOBODY_READS {
            @Override
            void run(TcpStream client) {
                var piece = ByteBuffer.allocate(1024 * 1024);
                assertThrows(SocketTimeoutException.class, () -> {
                    while (true) {
                        client.write(piece.clear(), Deadline.after(Duration.ofMillis(100)));
                    }
                });
            }
        };

        abstract void run(TcpStream client) throws Exception;

        private static void receiveWhile(TcpStream client, Waiting.Action sending) throws Exception {
            var sent = Waiting.start(ThreadKind.VIRTUAL, sending);
            var piece = ByteBuffer.allocateDirect(64 * 1024);
            for (long received = 0; received < BULK_BYTES / 100_000 * 100_000;) {
                received += client.read(piece.clear(), patience());
            }
            sent.value();
        }
    }

    @ParameterizedTest
    @EnumSource
    void transfersCostLittleMemoryOutsideTheHeap(Transfer transfer) throws Exception {
        OwnProcess.of(Measured.class)
                .jvmOptions("-Xms128m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch")
                .run(transfer);
    }

    static final class Measured {

        static void main(String[] args) throws Exception {
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var server = TcpServer.start(
                    TcpListener.bind(loopback, TcpOptions.defaults()), Measured::echoFromTheHeap);
                    var client = TcpStream.connect(server.localAddress(), TcpOptions.defaults(), patience())) {
                long before = peakBytes();
                Transfer.valueOf(args[0]).run(client);
                long grown = peakBytes() - before;
                assertTrue(grown < SLACK_BYTES, "the process grew by " + grown + " bytes");
            }
        }

        private static void echoFromTheHeap(TcpStream stream) throws IOException {
            var buffer = ByteBuffer.allocate(1024 * 1024);
            while (stream.read(buffer.clear()) != -1) {
                stream.write(buffer.flip());
            }
        }

        private static long peakBytes() throws IOException {
            String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(peak.replaceAll("\\D", "")) * 1024;
        }
    }
}
