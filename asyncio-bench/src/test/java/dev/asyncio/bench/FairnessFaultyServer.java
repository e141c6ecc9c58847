package dev.asyncio.bench;

import dev.asyncio.ws.HandshakeRequest;
import dev.asyncio.ws.HttpResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Serves newcomers late, and so must not pass.
final class FairnessFaultyServer extends FairnessServer {

    private static final long LATE_NANOS = 300_000_000;

    private FairnessFaultyServer() {}

    static void main() throws IOException {
        new FairnessFaultyServer().serve();
    }

    @Override
    Optional<HttpResponse> refusal(HandshakeRequest request) {
        if (request.path().equals(NEWCOMERS)) {
            LockSupport.parkNanos(LATE_NANOS);
        }
        return Optional.empty();
    }
}
