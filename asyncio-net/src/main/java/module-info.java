/// TCP in blocking style on the event loops of `dev.asyncio.core`.
@SuppressWarnings("module") // that another module has packages of ours is said before it is there
module dev.asyncio.net {
    requires transitive dev.asyncio.core;
    requires jdk.jfr;
    requires jdk.net;

    exports dev.asyncio.net;
    exports dev.asyncio.net.buffers to
            dev.asyncio.ws;
    exports dev.asyncio.net.testing;
    exports dev.asyncio.net.tls;
}
