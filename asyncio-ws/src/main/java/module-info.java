/// WebSocket in blocking style over any stream of bytes of `dev.asyncio.net`.
module dev.asyncio.ws {
    requires transitive dev.asyncio.net;

    exports dev.asyncio.ws;
}
