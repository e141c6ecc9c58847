package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Host names to addresses, within a deadline.
final class HostResolver {

    private HostResolver() {}

    /// The addresses of a host, at least one, in the system's order.
    static InetAddress[] resolve(String host, Deadline deadline) throws IOException {
        try {
            return new InetAddress[] {InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException _) {
            return lookUp(host, () -> InetAddress.getAllByName(host), deadline);
        }
    }

    /// The system's look-up cannot be cancelled and would hold a carrier thread, so it gets a thread of its own, which
    /// a caller that gives up leaves behind until the system answers.
    static InetAddress[] lookUp(String host, Callable<InetAddress[]> system, Deadline deadline) throws IOException {
        var lookup = new FutureTask<>(system);
        Thread.ofPlatform().daemon().name("asyncio-lookup-" + host).start(lookup);
        try {
            return lookup.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new SocketTimeoutException("deadline passed while looking up host " + host);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while looking up host " + host);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) { // no memory, say: that tells nothing of the host
                throw error;
            }
            var unknown = new UnknownHostException("unknown host " + e.getCause().getMessage()); // names the host
            unknown.initCause(e.getCause());
            throw unknown;
        }
    }
}
