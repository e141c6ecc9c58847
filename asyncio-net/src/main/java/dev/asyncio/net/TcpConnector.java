package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.Interest;
import dev.asyncio.core.Registration;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;

/// Makes connections: looks the host up and tries its addresses one after the other.
final class TcpConnector {

    private TcpConnector() {}

    static TcpStream connect(InetSocketAddress remote, TcpOptions options, Deadline deadline) throws IOException {
        if (!remote.isUnresolved()) {
            return connectTo(remote, options, deadline);
        }
        InetAddress[] addresses = HostResolver.resolve(remote.getHostString(), deadline);
        return connectToAny(addresses, remote.getPort(), options, deadline);
    }

    static TcpStream connectToAny(InetAddress[] addresses, int port, TcpOptions options, Deadline deadline)
            throws IOException {
        IOException failure = null;
        for (int i = 0; i < addresses.length; i++) {
            var address = new InetSocketAddress(addresses[i], port);
            try {
                return connectTo(address, options, shareOf(deadline, addresses.length - i));
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure;
    }

    private static Deadline shareOf(Deadline deadline, int shareCount) {
        return deadline.isNever() || shareCount == 1
                ? deadline
                : Deadline.after(Duration.ofNanos(deadline.remainingNanos() / shareCount));
    }

    private static TcpStream connectTo(InetSocketAddress remote, TcpOptions options, Deadline deadline)
            throws IOException {
        try {
            return openConnected(remote, options, deadline);
        } catch (ConnectException | InterruptedIOException | EventLoopClosedException e) {
            throw e; // names the party itself
        } catch (IOException e) {
            throw BlockingOps.failure(Interest.CONNECT, remote, e);
        }
    }

    private static TcpStream openConnected(InetSocketAddress remote, TcpOptions options, Deadline deadline)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        Registration registration = null;
        try {
            options.applyTo(channel);
            registration = options.nextLoop().register(channel);
            awaitConnected(channel, registration, remote, deadline);
            return TcpStream.of(channel, registration, options);
        } catch (Throwable e) {
            (registration == null ? channel : registration).close();
            throw e;
        }
    }

    private static void awaitConnected(
            SocketChannel channel, Registration registration, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        try {
            boolean connected = channel.connect(remote);
            while (!connected) {
                registration.await(Interest.CONNECT, deadline);
                connected = channel.finishConnect();
            }
        } catch (SocketTimeoutException _) {
            throw new SocketTimeoutException("connect to " + remote + ": deadline passed");
        } catch (InterruptedIOException _) {
            throw new InterruptedIOException("connect to " + remote + ": interrupted");
        } catch (EventLoopClosedException e) {
            throw e;
        } catch (UnsupportedAddressTypeException e) { // IPv6, where the JDK was told to do without
            throw refused(remote, "address family not supported", e);
        } catch (IOException e) {
            throw refused(remote, e.getMessage(), e);
        }
    }

    private static ConnectException refused(InetSocketAddress remote, String reason, Exception cause) {
        var refused = new ConnectException("connect to " + remote + ": " + reason);
        refused.initCause(cause);
        return refused;
    }
}
