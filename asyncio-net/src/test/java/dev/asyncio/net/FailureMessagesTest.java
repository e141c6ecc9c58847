package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.OwnProcess;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/// What goes wrong before there is a connection names the address all the same. In processes of their own, which lack
/// something.
class FailureMessagesTest {

    @Test
    void lackOfDescriptorsNamesTheAddress() throws Exception {
        OwnProcess.of(WithoutDescriptors.class).descriptorLimit(200).run();
    }

    static final class WithoutDescriptors {

        private static final Deque<FileChannel> HOGS = new ArrayDeque<>();
        private static final TcpOptions SHARED_LOOPS = TcpOptions.defaults();

        static void main(String[] args) throws Exception {
            InetSocketAddress nobody = loadClasses();
            takeAllDescriptors();
            assertFailures(nobody, "Too many open files");
            HOGS.pop().close(); // one for the channel, none for the loops
            assertFailures(nobody, "event loop asyncio-loop-0: cannot open a selector: Too many open files");
            while (HOGS.size() > 10) {
                HOGS.pop().close();
            }
            TcpListener.bind(nobody, SHARED_LOOPS).close();
        }

        /// All that fails below has run before, without the shared loops, while there are descriptors to read its
        /// classes with.
        private static InetSocketAddress loadClasses() throws IOException {
            try (var group = EventLoopGroup.builder().loopCount(1).build()) {
                var options = TcpOptions.builder().eventLoops(group).build();
                var listener = TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), options);
                InetSocketAddress address = listener.localAddress();
                try (listener) {
                    TcpStream.connect(address, options, patience()).close();
                    var inUse = assertThrows(SocketException.class, () -> TcpListener.bind(address, options));
                    assertEquals("bind to " + address + ": Address already in use", inUse.getMessage());
                }
                assertThrows(SocketException.class, () -> TcpStream.connect(address, options, patience()));
                return address;
            }
        }

        private static void assertFailures(InetSocketAddress address, String reason) {
            var connect = assertThrows(
                    SocketException.class, () -> TcpStream.connect(address, SHARED_LOOPS, Deadline.never()));
            assertEquals("connect to " + address + ": " + reason, connect.getMessage());
            var bind = assertThrows(SocketException.class, () -> TcpListener.bind(address, SHARED_LOOPS));
            assertEquals("bind to " + address + ": " + reason, bind.getMessage());
        }

        private static void takeAllDescriptors() {
            try {
                while (true) {
                    HOGS.add(FileChannel.open(Path.of("/dev/null")));
                }
            } catch (IOException _) {
                // all taken
            }
        }
    }

    @Test
    void anAddressThatTheJdkCannotUseIsNamed() throws Exception {
        OwnProcess.of(WithoutIpv6.class).jvmOptions("-Djava.net.preferIPv4Stack=true").run();
    }

    static final class WithoutIpv6 {

        static void main(String[] args) {
            var address = new InetSocketAddress("::1", 1);
            var connect = assertThrows(ConnectException.class, () -> TcpStream.connect("::1", 1));
            assertEquals("connect to " + address + ": address family not supported", connect.getMessage());
            var bind = assertThrows(BindException.class, () -> TcpListener.bind(address, TcpOptions.defaults()));
            assertEquals("bind to " + address + ": address family not supported", bind.getMessage());
        }
    }
}
