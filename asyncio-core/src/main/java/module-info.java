/// Event loops on NIO selectors for blocking-style code on virtual threads.
module dev.asyncio.core {
    requires jdk.jfr;

    exports dev.asyncio.core;
}
