package dev.asyncio.core.testing;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test that leaves a thread of this library, a registration on the shared loops or a descriptor behind.
public final class NothingLeftOver implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NothingLeftOver.class);

    /// Every thread of the library is named.
    private static final String PREFIX = "asyncio-";

    /// Starts when it is needed, and stays.
    private static final String TIMER = "asyncio-timer";

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static volatile boolean isWarm;

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put("before", Held.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getStore(NAMESPACE).get("before", Held.class).checkNoMoreIsHeld();
    }

    /// What is held at one moment, for those who look by themselves. A process that does needs
    /// `--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED`.
    ///
    /// @param threads names, as many times as there are threads of the name
    /// @param registrationCount of the shared loops
    /// @param descriptors sockets and pipes by their identity, selectors by what they have in common
    public record Held(List<String> threads, int registrationCount, List<String> descriptors) {

        public static Held now() {
            warmUp();
            return new Held(threadNames(), registrations(), openDescriptors());
        }

        /// Waits until no more than this is held, and fails if that does not come.
        public void checkNoMoreIsHeld() {
            var now = new Held[1];
            try {
                Waiting.await("everything to be given back", () -> (now[0] = now()).isWithin(this));
            } catch (AssertionError e) {
                throw new AssertionError("left over: before " + this + ", after " + now[0], e);
            }
        }

        boolean isWithin(Held before) {
            return areWithin(threads, before.threads)
                    && registrationCount <= before.registrationCount
                    && areWithin(descriptors, before.descriptors);
        }

        /// Selectors all have the same name, and a thread's may be anybody's: so it is not enough that each name was there.
        private static boolean areWithin(List<String> names, List<String> before) {
            var left = new ArrayList<>(before);
            return names.stream().allMatch(left::remove);
        }
    }

    /// What is there from its first use on does not count: the shared loops, a descriptor that the JDK keeps from its first
    /// socket on, and the selectors by which it waits for those of virtual threads. These must be there before others are
    /// counted, and a loop that is to begin soon would make them at any time.
    private static void warmUp() {
        if (isWarm) {
            return;
        }
        EventLoopGroup.shared();
        try {
            SocketChannel.open().close();
            Pipe pipe = Pipe.open();
            try (var source = pipe.source(); var sink = pipe.sink()) {
                var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> source.read(ByteBuffer.allocate(1)));
                sink.write(ByteBuffer.allocate(1));
                reading.value();
            }
        } catch (Exception e) {
            throw new AssertionError("cannot warm up", e);
        }
        isWarm = true;
    }

    private static int registrations() {
        return EventLoopGroup.shared().loops().stream()
                .map(EventLoop::statistics)
                .mapToInt(statistics -> statistics.registrationCount())
                .sum();
    }

    /// Files, which the JVM opens as it likes, do not count. Empty where the system does not tell.
    private static List<String> openDescriptors() {
        var descriptors = new ArrayList<String>();
        if (!Files.isDirectory(DESCRIPTORS)) {
            return descriptors;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path link : links) {
                target(link).filter(name -> !name.startsWith("/")).ifPresent(descriptors::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for descriptors", e);
        }
        return descriptors;
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException _) {
            return Optional.empty(); // closed meanwhile
        }
    }

    private static List<String> threadNames() {
        return LiveThreads.all()
                .map(Thread::getName)
                .filter(name -> name.startsWith(PREFIX) && !name.equals(TIMER))
                .sorted()
                .toList();
    }
}
