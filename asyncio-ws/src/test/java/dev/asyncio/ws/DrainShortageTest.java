package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import dev.asyncio.ws.frame.Opcode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a deadline has cut off goes out by a thread of its own, and there is no memory to start it: in a process of its own,
/// whose heap is full.
class DrainShortageTest {

    @ParameterizedTest
    @EnumSource
    void aDrainThatCouldNotBeStartedIsStartedByTheNextSend(Way way) throws Exception {
        OwnProcess.of(Process.class)
                .jvmOptions("-Xmx32m", "-XX:+UseSerialGC", "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED")
                .run(way);
    }

    /// Letters, from one end to the other.
    private interface Talk {

        void send(String letter, Deadline deadline) throws IOException;

        String receive() throws IOException;
    }

    /// Who drains.
    enum Way {
        WEB_SOCKET {
            @Override
            Talk begin(ByteStream ours, ByteStream peers) {
                var sender = new Sender(ours, false, null);
                return new Talk() {
                    @Override
                    public void send(String letter, Deadline deadline) throws IOException {
                        sender.sendMessage(Opcode.TEXT, bytes(letter), false, deadline);
                    }

                    @Override
                    public String receive() throws IOException {
                        assertEquals("\u0081\u0001", read(peers, 2));
                        return read(peers, 1);
                    }
                };
            }
        },
        TLS {
            @Override
            Talk begin(ByteStream ours, ByteStream peers) throws Exception {
                var authority = CertificateAuthority.create("Test");
                var identity = TlsOptions.builder().identity(authority.issue("localhost")).build();
                var trust = TlsOptions.builder().authorities(authority.certificate()).build();
                var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(peers, identity));
                TlsStream client = TlsStream.client(ours, "localhost", trust);
                TlsStream server = serving.value();
                return new Talk() {
                    @Override
                    public void send(String letter, Deadline deadline) throws IOException {
                        client.write(bytes(letter), deadline);
                    }

                    @Override
                    public String receive() throws IOException {
                        return read(server, 1);
                    }
                };
            }
        };

        abstract Talk begin(ByteStream ours, ByteStream peers) throws Exception;

        private static ByteBuffer bytes(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        private static String read(ByteStream stream, int byteCount) throws IOException {
            var bytes = ByteBuffer.allocate(byteCount);
            stream.readFully(bytes, patience());
            return new String(bytes.array(), StandardCharsets.ISO_8859_1);
        }
    }

    /// Before a stream whose peer does not read at times: a write with a deadline gives up, another waits.
    private static final class Valve {

        private static final SocketTimeoutException GAVE_UP =
                new SocketTimeoutException("made while there is room for it");

        private final ByteStream below;
        private volatile CountDownLatch opened = new CountDownLatch(0);
        private volatile boolean takesHeap;

        Valve(ByteStream below) {
            this.below = below;
        }

        ByteStream stream() {
            return (ByteStream) Proxy.newProxyInstance(
                    Valve.class.getClassLoader(), new Class<?>[] {ByteStream.class}, this::call);
        }

        private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("isOpen")) {
                return below.isOpen(); // also where a reflective call finds no memory
            }
            if (method.getName().equals("write") && opened.getCount() > 0) {
                if (takesHeap) {
                    FullHeap.take();
                }
                if (!((Deadline) arguments[arguments.length - 1]).isNever()) {
                    throw GAVE_UP;
                }
                opened.await();
            }
            return method.invoke(below, arguments);
        }

        void shut() {
            opened = new CountDownLatch(1);
        }

        void open() {
            opened.countDown();
        }
    }

    /// The process.
    static final class Process {

        private static final Deadline NOW = Deadline.after(Duration.ZERO);

        private Process() {}

        static void main(String[] args) throws Exception {
            var pair = MemoryStream.pair();
            var valve = new Valve(pair.left());
            Talk talk = Way.valueOf(args[0]).begin(valve.stream(), pair.right());
            var withoutDrain = NothingLeftOver.Held.now();
            cutOff("a", valve, talk); // all classes are there
            assertEquals("a", talk.receive());
            withoutDrain.checkNoMoreIsHeld();
            valve.takesHeap = true;
            valve.shut();
            boolean isOutOfMemory = false;
            try {
                talk.send("b", NOW);
            } catch (OutOfMemoryError _) {
                isOutOfMemory = true;
            } finally {
                FullHeap.giveBack();
            }
            assertTrue(isOutOfMemory, "a drain that could be started");
            valve.takesHeap = false;
            cutOff("c", valve, talk);
            assertEquals("b", talk.receive());
            assertEquals("c", talk.receive());
        }

        private static void cutOff(String letter, Valve valve, Talk talk) {
            valve.shut();
            assertThrows(SocketTimeoutException.class, () -> talk.send(letter, NOW));
            valve.open();
        }
    }
}
