package dev.asyncio.bench;

/// Options of the JVMs that are measured: Netty is faster where the JDK lets it have its way with memory; for the others,
/// these change nothing. They are constants because annotations have them, too.
final class MemoryAccess {

    static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    private MemoryAccess() {}
}
