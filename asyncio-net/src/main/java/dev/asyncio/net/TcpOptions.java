package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/// Settings of TCP connections and listeners; what a listener is bound with also holds for the connections that it
/// accepts. Immutable.
public final class TcpOptions {

    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final TcpOptions DEFAULTS = builder().build();

    private final boolean noDelay;
    private final KeepAlive keepAlive;
    private final int sendBufferBytes;
    private final int receiveBufferBytes;
    private final boolean resetOnClose;
    private final boolean reuseAddress;
    private final boolean reusePort;
    private final int backlog;
    private final Duration readTimeout;
    private final int connectionLimit;
    private final EventLoopGroup eventLoops;

    private TcpOptions(Builder builder) {
        this.noDelay = builder.noDelay;
        this.keepAlive = builder.keepAlive;
        this.sendBufferBytes = builder.sendBufferBytes;
        this.receiveBufferBytes = builder.receiveBufferBytes;
        this.resetOnClose = builder.resetOnClose;
        this.reuseAddress = builder.reuseAddress;
        this.reusePort = builder.reusePort;
        this.backlog = builder.backlog;
        this.readTimeout = builder.readTimeout;
        this.connectionLimit = builder.connectionLimit;
        this.eventLoops = builder.eventLoops;
    }

    /// The settings that suit most: no-delay on, everything else as the system has it, no read timeout, no limit.
    ///
    /// @return the defaults
    public static TcpOptions defaults() {
        return DEFAULTS;
    }

    /// Starts a set of options from the defaults.
    ///
    /// @return a builder
    public static Builder builder() {
        return new Builder();
    }

    /// Probes that find a dead peer on an idle connection.
    ///
    /// @param idle how long the connection is silent before the first probe; the system counts in whole seconds
    /// @param interval time between probes; in whole seconds
    /// @param count unanswered probes after which the connection is broken
    public record KeepAlive(Duration idle, Duration interval, int count) {

        /// Checks the values.
        public KeepAlive {
            requireSeconds("keep-alive idle time", idle);
            requireSeconds("keep-alive interval", interval);
            if (count < 1 || count > 127) {
                throw new IllegalArgumentException("keep-alive count: expected 1 to 127 probes, got " + count);
            }
        }

        private static void requireSeconds(String what, Duration value) {
            if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofSeconds(32_767)) > 0) {
                throw new IllegalArgumentException(what + ": expected 1 to 32767 seconds, got " + value);
            }
        }

        private void applyTo(SocketChannel channel) throws IOException {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, (int) idle.toSeconds());
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) interval.toSeconds());
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, count);
        }
    }

    /// The probes that find a dead peer.
    ///
    /// @return empty by default: no probes
    public Optional<KeepAlive> keepAlive() {
        return Optional.ofNullable(keepAlive);
    }

    /// How long a read without a deadline of its own waits.
    ///
    /// @return empty by default: for ever
    public Optional<Duration> readTimeout() {
        return Optional.ofNullable(readTimeout);
    }

    /// How many connections a [TcpServer] serves at once.
    ///
    /// @return [Integer#MAX_VALUE] by default
    public int connectionLimit() {
        return connectionLimit;
    }

    /// The loops that the connections are spread over.
    ///
    /// @return by default [EventLoopGroup#shared()]
    public EventLoopGroup eventLoops() {
        return eventLoops == null ? EventLoopGroup.shared() : eventLoops;
    }

    /// The loop for one more channel.
    EventLoop nextLoop() throws IOException {
        try {
            return eventLoops().next();
        } catch (UncheckedIOException e) { // the shared loops could not be started
            throw new IOException(e.getMessage() + ": " + e.getCause().getMessage(), e);
        }
    }

    boolean resetOnClose() {
        return resetOnClose;
    }

    int backlog() {
        return backlog;
    }

    Deadline newReadDeadline() {
        return readTimeout == null ? Deadline.never() : Deadline.after(readTimeout);
    }

    void applyTo(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
        setUnlessDefault(channel, StandardSocketOptions.SO_SNDBUF, sendBufferBytes);
        setUnlessDefault(channel, StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        if (resetOnClose) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        if (keepAlive != null) {
            keepAlive.applyTo(channel);
        }
    }

    void applyTo(ServerSocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
        if (reusePort) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        // Accepted connections inherit it; set later, it could not widen the TCP window any more (RFC 7323).
        setUnlessDefault(channel, StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
    }

    /// Zero is the system's own choice: to set these ends its automatic tuning.
    private static void setUnlessDefault(NetworkChannel channel, SocketOption<Integer> option, int bytes)
            throws IOException {
        if (bytes != 0) {
            channel.setOption(option, bytes);
        }
    }

    private static void requireAtLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + ": expected at least " + least + ", got " + value);
        }
    }

    /// Gathers settings, starting from the defaults.
    public static final class Builder {

        private boolean noDelay = true;
        private KeepAlive keepAlive;
        private int sendBufferBytes;
        private int receiveBufferBytes;
        private boolean resetOnClose;
        private boolean reuseAddress = true;
        private boolean reusePort;
        private int backlog = 1024;
        private Duration readTimeout;
        private int connectionLimit = NO_LIMIT;
        private EventLoopGroup eventLoops;

        private Builder() {}

        /// Sends small writes at once instead of waiting for the answer to earlier ones (`TCP_NODELAY`).
        ///
        /// @param on by default true
        /// @return this
        public Builder noDelay(boolean on) {
            this.noDelay = on;
            return this;
        }

        /// Has the system probe idle connections (`SO_KEEPALIVE`, `TCP_KEEPIDLE`, `TCP_KEEPINTERVAL`,
        /// `TCP_KEEPCOUNT`). Where the system cannot set the times, connecting and accepting throw
        /// [UnsupportedOperationException], and a [TcpServer] closes each connection with a word in the log.
        ///
        /// @param probes the times; by default no probes are sent
        /// @return this
        public Builder keepAlive(KeepAlive probes) {
            this.keepAlive = Objects.requireNonNull(probes);
            return this;
        }

        /// Fixes the size of the system's send buffer (`SO_SNDBUF`), a hint that ends its automatic tuning.
        ///
        /// @param bytes by default 0: as the system likes
        /// @return this
        public Builder sendBufferBytes(int bytes) {
            requireAtLeast("send buffer bytes", 0, bytes);
            this.sendBufferBytes = bytes;
            return this;
        }

        /// Fixes the size of the system's receive buffer (`SO_RCVBUF`), a hint that ends its automatic tuning.
        ///
        /// @param bytes by default 0: as the system likes
        /// @return this
        public Builder receiveBufferBytes(int bytes) {
            requireAtLeast("receive buffer bytes", 0, bytes);
            this.receiveBufferBytes = bytes;
            return this;
        }

        /// Makes each close an abort: unsent bytes are dropped and the peer's connection is reset (`SO_LINGER` of
        /// zero). A longer linger time is not offered, since the JDK does not honour it on non-blocking channels.
        ///
        /// @param on by default false: the system sends what was written, then its end
        /// @return this
        public Builder resetOnClose(boolean on) {
            this.resetOnClose = on;
            return this;
        }

        /// Lets a listener bind an address that closed connections still occupy for a while (`SO_REUSEADDR`).
        ///
        /// @param on by default true
        /// @return this
        public Builder reuseAddress(boolean on) {
            this.reuseAddress = on;
            return this;
        }

        /// Lets several listeners, also of several processes, share a port (`SO_REUSEPORT`). Where the system cannot,
        /// bind throws [UnsupportedOperationException].
        ///
        /// @param on by default false
        /// @return this
        public Builder reusePort(boolean on) {
            this.reusePort = on;
            return this;
        }

        /// Sets how many connections the system keeps waiting to be accepted; it may cut this to a limit of its own.
        ///
        /// @param connectionCount by default 1024
        /// @return this
        public Builder backlog(int connectionCount) {
            requireAtLeast("backlog", 1, connectionCount);
            this.backlog = connectionCount;
            return this;
        }

        /// Bounds each read that is not given a deadline, those of the stream's [java.io.InputStream] and of TLS over it
        /// included.
        ///
        /// @param timeout by default there is none
        /// @return this
        public Builder readTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("read timeout: expected more than zero, got " + timeout);
            }
            this.readTimeout = timeout;
            return this;
        }

        /// Bounds the connections that a [TcpServer] serves at once. At the limit it accepts no more, and the system
        /// keeps newcomers waiting in the backlog.
        ///
        /// @param connectionCount by default no limit
        /// @return this
        public Builder connectionLimit(int connectionCount) {
            requireAtLeast("connection limit", 1, connectionCount);
            this.connectionLimit = connectionCount;
            return this;
        }

        /// Sets the loops that the connections are spread over; whoever built the group closes it, after the streams.
        ///
        /// @param group by default [EventLoopGroup#shared()]
        /// @return this
        public Builder eventLoops(EventLoopGroup group) {
            this.eventLoops = Objects.requireNonNull(group);
            return this;
        }

        /// Makes the options; the builder can be used further.
        ///
        /// @return the options
        public TcpOptions build() {
            return new TcpOptions(this);
        }
    }
}
