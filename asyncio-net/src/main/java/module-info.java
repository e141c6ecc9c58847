/// TCP in blocking style on the event loops of `dev.asyncio.core`.
module dev.asyncio.net {
    requires transitive dev.asyncio.core;
    requires jdk.jfr;
    requires jdk.net;

    exports dev.asyncio.net;
    exports dev.asyncio.net.testing;
}
