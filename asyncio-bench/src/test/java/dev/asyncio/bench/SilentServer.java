package dev.asyncio.bench;

import java.io.IOException;
import java.io.OutputStream;

/// Says nothing, whatever it is told, and so must not be waited for without end.
final class SilentServer {

    private SilentServer() {}

    static void main() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
    }
}
