package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.Interest;
import dev.asyncio.core.Registration;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/// A TCP connection in blocking style; see [ByteStream] for the contract. [#connect(String, int)] makes one, and so
/// does [TcpListener#accept(Deadline)].
public final class TcpStream implements ByteStream {

    /// NIO copies a heap buffer through a direct one of the same size, which it then keeps for the carrier thread. So
    /// much goes in pieces.
    private static final int HEAP_PIECE_BYTES = 128 * 1024;

    private final SocketChannel channel;
    private final Registration registration;
    private final TcpOptions options;
    private final InetSocketAddress localAddress;
    private final InetSocketAddress remoteAddress;
    private final BlockingOps input;
    private final BlockingOps output;

    /// Takes over a connected channel and its registration.
    private TcpStream(SocketChannel channel, Registration registration, TcpOptions options) throws IOException {
        this.channel = channel;
        this.registration = registration;
        this.options = options;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
        this.remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
        this.input = new BlockingOps(channel, registration, Interest.READ, remoteAddress);
        this.output = new BlockingOps(channel, registration, Interest.WRITE, remoteAddress);
    }

    /// Connects with default options and no deadline of ours; the system gives up after some minutes.
    ///
    /// @param host a name or an address; each address that a name has is tried
    /// @param port the port
    /// @return a connection that the caller closes
    /// @throws IOException like [#connect(SocketAddress, TcpOptions, Deadline)]
    public static TcpStream connect(String host, int port) throws IOException {
        return connect(InetSocketAddress.createUnresolved(host, port), TcpOptions.defaults(), Deadline.never());
    }

    /// Looks the host up and connects. Of several addresses each is tried in turn, with an equal share of the time
    /// that is left. An interrupt ends the attempt, with the interrupt status kept; whatever fails, nothing stays open.
    ///
    /// @param remote an [InetSocketAddress], resolved or not
    /// @param options for this connection
    /// @param deadline when to give up, the look-up included
    /// @return a connection that the caller closes
    /// @throws java.net.UnknownHostException if the host has no address
    /// @throws java.net.ConnectException if no address accepts, with the last one's reason and the others suppressed
    /// @throws java.net.SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted
    /// @throws IOException if the system refuses for other reasons
    /// @throws IllegalArgumentException if the address is of another kind
    public static TcpStream connect(SocketAddress remote, TcpOptions options, Deadline deadline) throws IOException {
        if (!(remote instanceof InetSocketAddress address)) {
            throw new IllegalArgumentException("connect: expected an InetSocketAddress, got " + remote);
        }
        return TcpConnector.connect(address, options, deadline);
    }

    /// Wraps a connected channel that nobody else uses; on failure the caller closes it, unless this has.
    static TcpStream of(SocketChannel channel, EventLoop loop, TcpOptions options) throws IOException {
        options.applyTo(channel);
        Registration registration = loop.register(channel);
        try {
            return new TcpStream(channel, registration, options);
        } catch (Throwable e) { // no memory, say; only this close wakes the loop, which has the descriptor
            registration.close();
            throw e;
        }
    }

    /// Wraps a connected channel that is registered already.
    static TcpStream of(SocketChannel channel, Registration registration, TcpOptions options) throws IOException {
        return new TcpStream(channel, registration, options);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return read(dst, options.newReadDeadline());
    }

    @Override
    public Deadline newReadDeadline() {
        return options.newReadDeadline();
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        if (!dst.hasRemaining()) { // refused all the same where the direction is closed or busy
            return (int) input.runAll(() -> readOnce(dst), 0, deadline);
        }
        return (int) input.run(() -> readOnce(dst), deadline);
    }

    @Override
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        requireOutputOpen();
        return (int) output.runAll(() -> writeOnce(src), src.remaining(), deadline);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        requireOutputOpen();
        long byteCount = 0;
        for (int i = offset; i < offset + length; i++) {
            byteCount += srcs[i].remaining();
        }
        return output.runAll(() -> writeOnce(srcs, offset, length), byteCount, deadline);
    }

    @Override
    public long transferFrom(FileChannel file, long position, long byteCount, Deadline deadline) throws IOException {
        requireOutputOpen();
        var region = new FileRegion(file, position, byteCount);
        return output.runAll(() -> region.transferTo(channel), byteCount, deadline);
    }

    @Override
    public void awaitReadable(Deadline deadline) throws IOException {
        input.awaitReady(deadline);
    }

    @Override
    public void shutdownOutput(Deadline deadline) throws IOException {
        output.run(
                () -> {
                    channel.shutdownOutput();
                    output.markEnded();
                    return 1;
                },
                deadline);
    }

    @Override
    public void runSoon(Runnable task) {
        registration.runSoon(task);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        registration.close();
    }

    @Override
    public void abort() throws IOException {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0); // makes the system reset the connection on close
        } catch (ClosedChannelException _) {
            return;
        } finally {
            close();
        }
    }

    /// The address of our end.
    ///
    /// @return an address, also after close
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /// The address of the peer's end.
    ///
    /// @return an address, also after close
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /// Reads back a socket option, such as [StandardSocketOptions#TCP_NODELAY].
    ///
    /// @param <T> the type of its value
    /// @param option the option
    /// @return what the system has set
    /// @throws ClosedChannelException if the stream is closed
    /// @throws IOException if the system reports an error
    public <T> T option(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public String toString() {
        return "TcpStream[" + localAddress + " to " + remoteAddress + (isOpen() ? "]" : ", closed]");
    }

    /// Whether the peer's end was read.
    boolean isPeersEndRead() {
        return input.isEnded();
    }

    TcpOptions options() {
        return options;
    }

    /// The loop that this connection belongs to, whose factory makes its threads.
    EventLoop eventLoop() {
        return registration.loop();
    }

    private long readOnce(ByteBuffer dst) throws IOException {
        int limit = dst.limit();
        if (isLargeOnHeap(dst)) {
            dst.limit(dst.position() + HEAP_PIECE_BYTES);
        }
        try {
            int byteCount = channel.read(dst);
            if (byteCount == -1) {
                input.markEnded();
            } else if (!dst.hasRemaining()) {
                input.expectMore();
            }
            return byteCount;
        } finally {
            dst.limit(limit);
        }
    }

    private long writeOnce(ByteBuffer src) throws IOException {
        return isLargeOnHeap(src) ? writePiece(src) : channel.write(src);
    }

    private long writeOnce(ByteBuffer[] srcs, int offset, int length) throws IOException {
        int first = offset;
        while (!srcs[first].hasRemaining()) {
            first++;
        }
        int end = first;
        long heapBytes = 0;
        while (end < offset + length) {
            heapBytes += srcs[end].isDirect() ? 0 : srcs[end].remaining();
            if (heapBytes > HEAP_PIECE_BYTES) {
                break;
            }
            end++;
        }
        return end == first ? writePiece(srcs[first]) : channel.write(srcs, first, end - first);
    }

    private long writePiece(ByteBuffer src) throws IOException {
        int byteCount = channel.write(src.slice(src.position(), HEAP_PIECE_BYTES));
        src.position(src.position() + byteCount);
        return byteCount;
    }

    private static boolean isLargeOnHeap(ByteBuffer buffer) {
        return !buffer.isDirect() && buffer.remaining() > HEAP_PIECE_BYTES;
    }

    private void requireOutputOpen() throws ClosedChannelException {
        if (!channel.isOpen() || output.isEnded()) {
            throw new ClosedChannelException();
        }
    }
}
