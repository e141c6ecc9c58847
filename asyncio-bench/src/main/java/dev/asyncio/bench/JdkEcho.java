package dev.asyncio.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/// The JDK's blocking channels, a thread for each connection.
final class JdkEcho implements EchoContender {

    private final ServerSocketChannel listener;
    private final ThreadFactory threads;
    private final int bufferBytes;
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();

    private JdkEcho(ServerSocketChannel listener, ThreadFactory threads, int bufferBytes) {
        this.listener = listener;
        this.threads = threads;
        this.bufferBytes = bufferBytes;
    }

    static JdkEcho start(InetSocketAddress address, ThreadFactory threads) throws IOException {
        return start(address, threads, BUFFER_BYTES);
    }

    /// Its idle connections hold a small buffer: a blocking read needs one.
    static JdkEcho startIdle(InetSocketAddress address, ThreadFactory threads) throws IOException {
        return start(address, threads, HoldingClient.MESSAGE_BYTES);
    }

    private static JdkEcho start(InetSocketAddress address, ThreadFactory threads, int bufferBytes)
            throws IOException {
        var server = new JdkEcho(ServerSocketChannel.open().bind(address, 1024), threads, bufferBytes);
        threads.newThread(server::accept).start();
        return server;
    }

    @Override
    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listener.accept();
                channels.add(channel);
                threads.newThread(() -> serve(channel)).start();
            }
        } catch (ClosedChannelException _) {
            // closed by close()
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, NoDelay.isWanted());
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            var buffer = ByteBuffer.allocateDirect(bufferBytes);
            while (channel.read(buffer.clear()) != -1) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        } catch (ClosedChannelException _) {
            // closed by close()
        } catch (IOException e) {
            System.err.println("JDK echo: " + e);
        } finally {
            channels.remove(channel);
        }
    }
}
