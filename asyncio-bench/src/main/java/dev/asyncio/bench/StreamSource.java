package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import dev.asyncio.bench.NettySource.Flush;
import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketServer;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/// Servers that send what a [StreamRequest] asks for, in a process of their own: `StreamSource CONTENDER`. Prints its
/// port, and ends with the process.
public final class StreamSource {

    private StreamSource() {}

    /// What a block goes out as.
    enum Form {
        BARE,
        /// A WebSocket message.
        MESSAGE
    }

    /// Those that there are.
    enum Kind {
        ASYNCIO(Form.BARE, "asyncio", address -> startAsyncio(address, StreamSource::writeEach)),
        ASYNCIO_BUFFERED(Form.BARE, "asyncio", "asyncio, BufferedOutputStream",
                address -> startAsyncio(address,
                        (stream, request) -> writeJoined(stream.outputStream(), request))),
        JDK_VIRTUAL(Form.BARE, "JDK, virtual threads",
                address -> startJdk(address, Thread.ofVirtual().factory(), StreamSource::writeEach)),
        JDK_VIRTUAL_BUFFERED(Form.BARE, "JDK, virtual threads", "JDK, virtual threads, BufferedOutputStream",
                address -> startJdk(address, Thread.ofVirtual().factory(),
                        (channel, request) -> writeJoined(Channels.newOutputStream(channel), request))),
        JDK_PLATFORM(Form.BARE, "JDK, platform threads",
                address -> startJdk(address, Thread.ofPlatform().factory(), StreamSource::writeEach)),
        NETTY_NIO(Form.BARE, "Netty, NIO", Transport.NIO, Flush.AT_ONCE),
        NETTY_EPOLL(Form.BARE, "Netty, epoll", Transport.EPOLL, Flush.AT_ONCE),
        NETTY_IO_URING(Form.BARE, "Netty, io_uring", Transport.IO_URING, Flush.AT_ONCE),
        NETTY_NIO_FULL(Form.BARE, "Netty, NIO", Transport.NIO, Flush.WHEN_FULL),
        NETTY_EPOLL_FULL(Form.BARE, "Netty, epoll", Transport.EPOLL, Flush.WHEN_FULL),
        ASYNCIO_WEBSOCKET(Form.MESSAGE, "asyncio", address -> startAsyncioWebSocket(address, WebSocket::send)),
        ASYNCIO_WEBSOCKET_SOON(Form.MESSAGE, "asyncio", Contenders.ASYNCIO_SOON,
                address -> startAsyncioWebSocket(address, WebSocket::sendSoon)),
        NETTY_NIO_WEBSOCKET(Form.MESSAGE, "Netty, NIO", Transport.NIO, Flush.AT_ONCE),
        NETTY_EPOLL_WEBSOCKET(Form.MESSAGE, "Netty, epoll", Transport.EPOLL, Flush.AT_ONCE),
        NETTY_EPOLL_WEBSOCKET_FULL(Form.MESSAGE, "Netty, epoll", Transport.EPOLL, Flush.WHEN_FULL);

        private final Form form;
        private final String contender;
        private final String title;
        private final BooleanSupplier isAvailable;
        private final Starter starter;

        Kind(Form form, String contender, Starter starter) {
            this(form, contender, contender, starter);
        }

        Kind(Form form, String contender, String title, Starter starter) {
            this(form, contender, title, () -> true, starter);
        }

        Kind(Form form, String contender, Transport transport, Flush flush) {
            this(form, contender, contender + flush.remark(), transport::isAvailable,
                    address -> NettySource.start(address, transport, form, flush));
        }

        Kind(Form form, String contender, String title, BooleanSupplier isAvailable, Starter starter) {
            this.form = form;
            this.contender = contender;
            this.title = title;
            this.isAvailable = isAvailable;
            this.starter = starter;
        }

        /// Whose best settings it has.
        String contender() {
            return contender;
        }

        /// Whether it sends WebSocket messages.
        boolean isFramed() {
            return form == Form.MESSAGE;
        }

        /// Whether this system has what it waits with.
        boolean isAvailable() {
            return isAvailable.getAsBoolean();
        }

        Source start(InetSocketAddress address) throws IOException {
            return starter.start(address);
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /// Starts a server on an address; port 0 means any free one.
    @FunctionalInterface
    private interface Starter {
        Source start(InetSocketAddress address) throws IOException;
    }

    /// A running server.
    record Source(InetSocketAddress address, Closeable server) implements Closeable {

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    static void main(String[] args) throws Exception {
        try (var source = Names.find("source", Kind.values(), args[0]).start(new InetSocketAddress("127.0.0.1", 0))) {
            System.out.println("listening on port " + source.address.getPort());
            Thread.currentThread().join();
        }
    }

    /// Writes blocks until the receiver goes away.
    @FunctionalInterface
    private interface Writing<C extends GatheringByteChannel> {
        void write(C channel, StreamRequest request) throws IOException;
    }

    private static Source startAsyncio(InetSocketAddress address, Writing<TcpStream> writing) throws IOException {
        var server = TcpServer.start(TcpListener.bind(address, NoDelay.tcpOptions()), stream -> send(stream, writing));
        return new Source(server.localAddress(), server::close);
    }

    private static void send(TcpStream stream, Writing<TcpStream> writing) throws IOException {
        NoDelay.require(stream.option(StandardSocketOptions.TCP_NODELAY));
        ByteBuffer request = ByteBuffer.allocate(StreamRequest.BYTES);
        stream.readFully(request, Deadline.never());
        try {
            writing.write(stream, StreamRequest.of(request.flip()));
        } catch (SocketException _) {
            // The receiver has gone: that is how a stream ends.
        }
    }

    /// What a channel of the JDK's throws then is no more than an IOException.
    private static void sendUntilItGoes(SocketChannel channel, Writing<SocketChannel> writing, StreamRequest request) {
        try {
            writing.write(channel, request);
        } catch (IOException _) {
            // The receiver has gone: that is how a stream ends.
        }
    }

    private static Source startJdk(InetSocketAddress address, ThreadFactory threads, Writing<SocketChannel> writing)
            throws IOException {
        var listener = ServerSocketChannel.open().bind(address);
        threads.newThread(() -> serveAll(listener, threads, writing)).start();
        return new Source((InetSocketAddress) listener.getLocalAddress(), listener);
    }

    private static void serveAll(ServerSocketChannel listener, ThreadFactory threads, Writing<SocketChannel> writing) {
        try {
            while (true) {
                SocketChannel channel = listener.accept();
                threads.newThread(() -> send(channel, writing)).start();
            }
        } catch (ClosedChannelException _) {
            // The source was closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(SocketChannel accepted, Writing<SocketChannel> writing) {
        try (var channel = accepted) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, NoDelay.isWanted());
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            ByteBuffer request = ByteBuffer.allocate(StreamRequest.BYTES);
            while (request.hasRemaining() && channel.read(request) != -1) {
                // until it is whole
            }
            sendUntilItGoes(channel, writing, StreamRequest.of(request.flip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A write for each block, or for each of its parts.
    private static void writeEach(GatheringByteChannel channel, StreamRequest request) throws IOException {
        ByteBuffer block = request.newBlock();
        ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);
        ByteBuffer rest = request.newBlock().position(Long.BYTES).slice();
        ByteBuffer[] both = {number, rest};
        for (long i = 0;; i++) {
            switch (request.mode()) {
                case WHOLE -> writeAll(channel, block.clear().putLong(0, i));
                case JOINED -> writeAll(channel, block.clear().putLong(i).put(rest.clear()).flip());
                case VECTORED -> {
                    number.clear().putLong(0, i);
                    rest.clear();
                    while (number.hasRemaining() || rest.hasRemaining()) {
                        channel.write(both);
                    }
                }
                case SEPARATE -> {
                    writeAll(channel, number.clear().putLong(0, i));
                    writeAll(channel, rest.clear());
                }
            }
        }
    }

    /// A write for as many blocks as a buffer holds. All modes are the same here: the parts are copied together in any case.
    private static void writeJoined(OutputStream output, StreamRequest request) throws IOException {
        var joining = new BufferedOutputStream(output, EchoContender.BUFFER_BYTES);
        byte[] block = new byte[request.blockBytes()];
        request.newBlock().get(0, block);
        ByteBuffer number = ByteBuffer.wrap(block);
        for (long i = 0;; i++) {
            number.putLong(0, i);
            joining.write(block);
        }
    }

    private static void writeAll(GatheringByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// A way to send a block.
    @FunctionalInterface
    private interface Sending {
        void send(WebSocket socket, ByteBuffer block) throws IOException;
    }

    private static Source startAsyncioWebSocket(InetSocketAddress address, Sending sending) throws IOException {
        var listener = TcpListener.bind(address, NoDelay.tcpOptions());
        NoDelay.require(listener);
        var server = WebSocketServer.builder().handler(socket -> send(socket, sending)).start(listener);
        return new Source(server.localAddress(), server::close);
    }

    private static void send(WebSocket socket, Sending sending) throws IOException {
        MessageView message = socket.receiveView();
        ByteBuffer block = StreamRequest.of(message.bytes()).newBlock();
        try {
            for (long i = 0;; i++) {
                sending.send(socket, block.clear().putLong(0, i));
            }
        } catch (SocketException | ClosedChannelException _) {
            // The receiver has gone: that is how a stream ends.
        }
    }
}
