package dev.asyncio.core.testing;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test that leaves a thread of this library, a registration on the shared loops or a descriptor behind.
public final class NothingLeftOver implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NothingLeftOver.class);

    /// Every thread of the library is named; those of the shared loops and the timer stay.
    private static final String PREFIX = "asyncio-";
    private static final Pattern SHARED = Pattern.compile("asyncio-loop-\\d+|asyncio-timer");

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        EventLoopGroup.shared(); // its descriptors do not count,
        SocketChannel.open().close(); // nor does the one that the JDK keeps from its first socket on
        context.getStore(NAMESPACE).put("before", Held.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getStore(NAMESPACE).get("before", Held.class).checkNoMoreIsHeld();
    }

    /// What is held at one moment, for those who look by themselves. A process that does needs
    /// `--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED`.
    public record Held(List<String> threads, int registrationCount, List<String> descriptors) {

        public static Held now() {
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

        private boolean isWithin(Held before) {
            return before.threads.containsAll(threads)
                    && registrationCount <= before.registrationCount
                    && before.descriptors.containsAll(descriptors);
        }
    }

    private static int registrations() {
        return EventLoopGroup.shared().loops().stream()
                .map(EventLoop::statistics)
                .mapToInt(statistics -> statistics.registrationCount())
                .sum();
    }

    /// Sockets, pipes and selectors by their identity; files that the JVM opens as it likes do not count. Empty where
    /// the system does not tell.
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
                .filter(name -> name.startsWith(PREFIX) && !SHARED.matcher(name).matches())
                .distinct()
                .sorted()
                .toList();
    }
}
