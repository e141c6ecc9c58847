package dev.asyncio.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The JDK's `SSLSocket`, a virtual thread for each connection.
final class JdkTlsEcho implements TlsContender {

    private final ServerSocket listener;
    private final SSLContext serverContext = TlsContexts.newServerContext();
    private final SSLContext clientContext = TlsContexts.newClientContext();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private final int bufferBytes;

    private JdkTlsEcho(ServerSocket listener, int bufferBytes) {
        this.listener = listener;
        this.bufferBytes = bufferBytes;
    }

    static JdkTlsEcho start(InetSocketAddress address) throws IOException {
        return start(address, BUFFER_BYTES);
    }

    /// Its idle connections hold a small buffer: a blocking read needs one.
    static JdkTlsEcho startIdle(InetSocketAddress address) throws IOException {
        return start(address, TlsPayload.MESSAGE_BYTES);
    }

    private static JdkTlsEcho start(InetSocketAddress address, int bufferBytes) throws IOException {
        var server = new JdkTlsEcho(new ServerSocket(address.getPort(), 1024, address.getAddress()), bufferBytes);
        Thread.startVirtualThread(server::accept);
        return server;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.startVirtualThread(() -> serve(socket));
            }
        } catch (SocketException _) {
            // closed by close()
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            NoDelay.ask(socket);
            var secure = (SSLSocket) serverContext.getSocketFactory().createSocket(socket, null, false);
            InputStream in = secure.getInputStream();
            OutputStream out = secure.getOutputStream();
            byte[] buffer = new byte[bufferBytes];
            for (int count = in.read(buffer); count != -1; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (SocketException _) {
            // The client has reset the connection, which is how it ends, or the server was closed.
        } catch (IOException e) {
            System.err.println("JDK TLS echo: " + e);
        } finally {
            sockets.remove(socket);
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public Client connect(String host) throws IOException, InterruptedException {
        return BlockingTlsClient.connect(() -> shakeHands(host));
    }

    private Connection shakeHands(String host) throws IOException {
        var socket = new Socket(address().getAddress(), address().getPort());
        NoDelay.ask(socket);
        socket.setSoLinger(true, 0);
        var secure =
                (SSLSocket) clientContext.getSocketFactory().createSocket(socket, host, address().getPort(), false);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return new Connection(socket, secure.getInputStream(), secure.getOutputStream());
    }

    private record Connection(Socket socket, InputStream in, OutputStream out)
            implements
                BlockingTlsClient.Connection {

        @Override
        public void write(ByteBuffer src) throws IOException {
            out.write(src.array(), src.position(), src.remaining());
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            int count = in.read(dst.array(), dst.position(), dst.remaining());
            dst.position(dst.position() + Math.max(0, count));
            return count;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
