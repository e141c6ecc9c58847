package dev.asyncio.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Sockets of this process that libraries keep to themselves. Linux lists them, and tells their options to who knows
/// their number; elsewhere they stay hidden.
final class HiddenSockets {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    // As Linux has them in C.
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;

    /// Of any kind of address. Those of TCP begin with their family and their port.
    private static final int ADDRESS_BYTES = 128;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private HiddenSockets() {}

    /// Of the C library. Looked for when they are needed: other systems need not have them.
    private static final class Calls {

        static final MethodHandle GETPEERNAME = function("getpeername", JAVA_INT, ADDRESS, ADDRESS);
        static final MethodHandle GETSOCKOPT =
                function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

        @SuppressWarnings("restricted") // both write no more than they are told that there is room for
        private static MethodHandle function(String name, MemoryLayout... arguments) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
        }
    }

    /// Whether this system lists them.
    static boolean areVisible() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /// Reads TCP_NODELAY back on this process's connections to a server.
    ///
    /// @throws IllegalStateException if it is off on one of them
    /// @throws IOException if there is none, or the system does not tell
    static void requireNoDelay(InetSocketAddress server) throws IOException {
        int count = 0;
        for (int descriptor : descriptors()) {
            if (peerPort(descriptor) == server.getPort()) {
                NoDelay.require(hasNoDelay(descriptor));
                count++;
            }
        }
        if (count == 0) {
            throw new IOException("this process has no connection to " + server);
        }
    }

    private static List<Integer> descriptors() throws IOException {
        try (Stream<Path> links = Files.list(DESCRIPTORS)) {
            return links.map(link -> Integer.valueOf(link.getFileName().toString())).toList();
        }
    }

    /// -1 for what is no connection of TCP.
    private static int peerPort(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, ADDRESS_BYTES);
            if ((int) Calls.GETPEERNAME.invokeExact(descriptor, address, length) != 0) {
                return -1;
            }
            short family = address.get(JAVA_SHORT, 0);
            return family == AF_INET || family == AF_INET6
                    ? Short.toUnsignedInt(address.get(PORT, Short.BYTES))
                    : -1;
        } catch (Throwable e) { // none that is declared
            throw new AssertionError("getpeername", e);
        }
    }

    private static boolean hasNoDelay(int descriptor) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, 0);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            if (getTcpNoDelay(descriptor, value, length) != 0) {
                throw new IOException("the system does not tell TCP_NODELAY of descriptor " + descriptor);
            }
            return value.get(JAVA_INT, 0) != 0;
        }
    }

    private static int getTcpNoDelay(int descriptor, MemorySegment value, MemorySegment length) {
        try {
            return (int) Calls.GETSOCKOPT.invokeExact(descriptor, IPPROTO_TCP, TCP_NODELAY, value, length);
        } catch (Throwable e) { // none that is declared
            throw new AssertionError("getsockopt", e);
        }
    }
}
