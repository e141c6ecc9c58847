package dev.asyncio.bench;

import java.util.Locale;

/// What is overloaded: a server of WebSocket alone, or over TLS, where a connection costs the processor and the heap more.
enum OverloadScheme {
    WS(192, 8 * 1024, 2_000, 4),
    WSS(320, 16 * 1024, 200, 10);

    final int serverHeapMegabytes;

    /// That the server may use for each connection.
    final double heapBytesAConnection;

    /// Where many of them are the overload.
    final double arrivalsPerSecond;

    /// Until one that was refused comes again, on the full scale.
    final double returnSeconds;

    OverloadScheme(
            int serverHeapMegabytes, double heapBytesAConnection, double arrivalsPerSecond, double returnSeconds) {
        this.serverHeapMegabytes = serverHeapMegabytes;
        this.heapBytesAConnection = heapBytesAConnection;
        this.arrivalsPerSecond = arrivalsPerSecond;
        this.returnSeconds = returnSeconds;
    }

    /// Of a URI.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
