package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.Interest;
import dev.asyncio.core.Registration;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;

/// A bound port that connections are accepted from, in blocking style.
public final class TcpListener implements Channel {

    private final ServerSocketChannel channel;

    /// Another one once a server's goes on with another event loop. Written by the thread that accepts.
    private volatile Registration registration;

    private final TcpOptions options;
    private final InetSocketAddress localAddress;
    private final BlockingOps accepting;

    private TcpListener(ServerSocketChannel channel, Registration registration, TcpOptions options)
            throws IOException {
        this.channel = channel;
        this.registration = registration;
        this.options = options;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
        this.accepting = new BlockingOps(channel, registration, Interest.ACCEPT, localAddress);
    }

    /// Binds a port on every address of this machine, with default options.
    ///
    /// @param port the port; 0 for any free one
    /// @return a listener that the caller closes
    /// @throws IOException like [#bind(SocketAddress, TcpOptions)]
    public static TcpListener bind(int port) throws IOException {
        return bind(new InetSocketAddress(port), TcpOptions.defaults());
    }

    /// Binds an address.
    ///
    /// @param local an [InetSocketAddress]; port 0 means any free one
    /// @param options for the listener and the connections that it accepts
    /// @return a listener that the caller closes
    /// @throws BindException if the address is taken, not this machine's, or not allowed
    /// @throws IOException if the system refuses for other reasons
    /// @throws IllegalArgumentException if the address is of another kind
    public static TcpListener bind(SocketAddress local, TcpOptions options) throws IOException {
        if (!(local instanceof InetSocketAddress address)) {
            throw new IllegalArgumentException("bind: expected an InetSocketAddress, got " + local);
        }
        if (address.isUnresolved()) {
            throw new BindException("bind to " + address + ": unknown host");
        }
        try {
            return openBound(address, options);
        } catch (BindException | EventLoopClosedException e) {
            throw e; // names the party itself
        } catch (IOException e) {
            throw BlockingOps.failure("bind to ", address, e);
        }
    }

    private static TcpListener openBound(InetSocketAddress address, TcpOptions options) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            options.applyTo(channel);
            bind(channel, address, options.backlog());
            return registered(channel, options);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private static TcpListener registered(ServerSocketChannel channel, TcpOptions options) throws IOException {
        Registration registration = onALoop(options, loop -> loop.register(channel));
        try {
            return new TcpListener(channel, registration, options);
        } catch (Throwable e) { // no memory, say; only this close wakes the loop, which has the descriptor
            registration.close();
            throw e;
        }
    }

    private static void bind(ServerSocketChannel channel, InetSocketAddress address, int backlog) throws BindException {
        try {
            channel.bind(address, backlog);
        } catch (UnsupportedAddressTypeException e) { // IPv6, where the JDK was told to do without
            throw refused(address, "address family not supported", e);
        } catch (IOException e) {
            throw refused(address, e.getMessage(), e);
        }
    }

    private static BindException refused(InetSocketAddress address, String reason, Exception cause) {
        var refused = new BindException("bind to " + address + ": " + reason);
        refused.initCause(cause);
        return refused;
    }

    /// Waits for a connection. One thread at a time may accept.
    ///
    /// @param deadline when to give up
    /// @return a connection that the caller closes
    /// @throws java.net.SocketTimeoutException if the deadline passes first; the listener stays usable
    /// @throws java.io.InterruptedIOException if the thread is interrupted while it waits; its interrupt status stays
    ///     set and the listener usable
    /// @throws java.nio.channels.AsynchronousCloseException if another thread closes the listener meanwhile
    /// @throws ClosedChannelException if the listener was closed before
    /// @throws EventLoopClosedException if the listener's event loop has ended; a [TcpServer] goes on with another then
    /// @throws IOException if the system refuses, most often for want of descriptors; the listener stays usable
    /// @throws java.nio.channels.AcceptPendingException if another thread is accepting
    public TcpStream accept(Deadline deadline) throws IOException {
        SocketChannel accepted = acceptChannel(deadline);
        try {
            return wrap(accepted);
        } catch (EventLoopClosedException e) {
            throw e; // names the party itself
        } catch (IOException e) {
            throw BlockingOps.failure(Interest.ACCEPT, localAddress, e);
        }
    }

    /// The first half of it, which fails for the listener's reasons.
    SocketChannel acceptChannel(Deadline deadline) throws IOException {
        var accepted = new SocketChannel[1];
        accepting.run(
                () -> {
                    accepted[0] = channel.accept();
                    return accepted[0] == null ? 0 : 1;
                },
                deadline);
        return accepted[0];
    }

    /// The second half, which fails for that connection's reasons, and closes it then. Where no loop runs, for everybody's.
    TcpStream wrap(SocketChannel accepted) throws IOException {
        try {
            return onALoop(options, loop -> TcpStream.of(accepted, loop, options));
        } catch (Throwable e) {
            accepted.close();
            throw e;
        }
    }

    /// Moves to another loop, for a server whose listener's own has ended. Needs no memory once the port is there: a failure
    /// leaves nothing behind, and can be tried again. On the thread that accepts, between two accepts. Whoever closes this
    /// meanwhile closes the port, but may not wake the new loop, which gives it back: so that thread closes this once more.
    void moveToAnotherLoop() throws IOException {
        registration = onALoop(options, loop -> loop.register(channel));
        accepting.moveTo(registration);
    }

    @FunctionalInterface
    private interface Joining<T> {
        T join(EventLoop loop) throws IOException;
    }

    /// On one that runs, if there is one: a loop may end just when it is its turn.
    private static <T> T onALoop(TcpOptions options, Joining<T> joining) throws IOException {
        int triedCount = 0;
        while (true) {
            try {
                return joining.join(options.nextLoop());
            } catch (EventLoopClosedException e) {
                triedCount++;
                if (triedCount >= options.eventLoops().loops().size()) {
                    throw e;
                }
            }
        }
    }

    /// Like [#accept(Deadline)] without a deadline.
    ///
    /// @return a connection that the caller closes
    /// @throws IOException like [#accept(Deadline)]
    public TcpStream accept() throws IOException {
        return accept(Deadline.never());
    }

    /// The address that this listener is bound to, with the port that the system chose if none was asked for.
    ///
    /// @return an address, also after close
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Gives the port up and wakes a thread that accepts; when this returns, the port can be bound anew. Connections
    /// that were accepted go on. Any thread may call this; twice is fine.
    @Override
    public void close() throws IOException {
        registration.closeAndAwaitRelease();
    }

    /// Like [#close()], but does not wait: the port is given up at the event loop's next turn.
    void closeSoon() throws IOException {
        registration.close();
    }

    @Override
    public String toString() {
        return "TcpListener[" + localAddress + (isOpen() ? "]" : ", closed]");
    }

    TcpOptions options() {
        return options;
    }

    /// The loop that this listener belongs to, whose factory makes the accepting thread.
    EventLoop eventLoop() {
        return registration.loop();
    }
}
