package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.tls.TlsStream;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.Compression;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;

/// What the clients of a soak speak.
enum SoakTransport {
    TCP(SoakPort.TCP),
    TLS(SoakPort.TLS),
    WEBSOCKET(SoakPort.WEBSOCKET),
    DEFLATE(SoakPort.WEBSOCKET),
    SECURE(SoakPort.SECURE_WEBSOCKET),
    SECURE_DEFLATE(SoakPort.SECURE_WEBSOCKET);

    private final SoakPort port;

    SoakTransport(SoakPort port) {
        this.port = port;
    }

    /// A connection of any of them, on which messages are sent and come back. One thread sends, one receives.
    interface Connection {

        void send(ByteBuffer message, Deadline deadline) throws IOException;

        /// @return the next reply, valid until the next receive
        ByteBuffer receive(int replyBytes, Deadline deadline) throws IOException;

        /// Ends it politely.
        void close() throws IOException;

        void abort() throws IOException;
    }

    /// @param options of the connection underneath
    Connection connect(SoakTarget target, TcpOptions options, Deadline deadline) throws IOException {
        long startNanos = System.nanoTime();
        try {
            return open(target, options, deadline);
        } catch (SocketTimeoutException e) {
            String message = "nothing for %.1f s; connections of the server's port: %s".formatted(
                    (System.nanoTime() - startNanos) / 1e9, SocketStates.of(target.address(port).getPort()));
            throw new SoakClients.Failure("no handshake", message, e);
        }
    }

    private Connection open(SoakTarget target, TcpOptions options, Deadline deadline) throws IOException {
        return switch (this) {
            case TCP -> new OverStream(TcpStream.connect(target.address(port), options, deadline));
            case TLS -> new OverStream(connectTls(target, options, deadline));
            case WEBSOCKET, SECURE -> new OverWebSocket(
                    WebSocket.connect(uri(target), webSocketOptions(target, options).build(), deadline));
            case DEFLATE, SECURE_DEFLATE -> new OverWebSocket(requireCompressed(WebSocket.connect(
                    uri(target),
                    webSocketOptions(target, options).compression(Compression.withContext()).build(),
                    deadline)));
        };
    }

    private static TlsStream connectTls(SoakTarget target, TcpOptions options, Deadline deadline)
            throws IOException {
        TcpStream stream = TcpStream.connect(target.address(SoakPort.TLS), options, deadline);
        return TlsStream.client(stream, TlsContexts.HOST, target.tls(), deadline);
    }

    private URI uri(SoakTarget target) {
        String scheme = port == SoakPort.SECURE_WEBSOCKET ? "wss" : "ws";
        return URI.create(scheme + "://127.0.0.1:" + target.address(port).getPort() + "/");
    }

    private static WebSocketOptions.Builder webSocketOptions(SoakTarget target, TcpOptions options) {
        return WebSocketOptions.builder().handshakeTimeout(SoakClients.PATIENCE).tcp(options).tls(target.tls());
    }

    private static WebSocket requireCompressed(WebSocket socket) throws IOException {
        if (!socket.isCompressed()) {
            socket.abort();
            throw new IOException("expected " + socket + " to be compressed");
        }
        return socket;
    }

    private static final class OverStream implements Connection {

        private final ByteStream stream;
        private ByteBuffer reply = ByteBuffer.allocate(0);

        OverStream(ByteStream stream) {
            this.stream = stream;
        }

        @Override
        public void send(ByteBuffer message, Deadline deadline) throws IOException {
            stream.write(message, deadline);
        }

        @Override
        public ByteBuffer receive(int replyBytes, Deadline deadline) throws IOException {
            if (reply.capacity() < replyBytes) {
                reply = ByteBuffer.allocate(replyBytes);
            }
            stream.readFully(reply.clear().limit(replyBytes), deadline);
            return reply.flip();
        }

        /// The server ends it, too: waiting for that, nothing is reset.
        @Override
        public void close() throws IOException {
            try (stream) {
                Deadline deadline = Deadline.after(SoakClients.PATIENCE);
                stream.shutdownOutput(deadline);
                int count = stream.read(ByteBuffer.allocate(1), deadline);
                if (count != -1) {
                    throw new SoakClients.Failure("reply too many", "expected the end, got more");
                }
            }
        }

        @Override
        public void abort() throws IOException {
            stream.abort();
        }
    }

    private record OverWebSocket(WebSocket socket) implements Connection {

        @Override
        public void send(ByteBuffer message, Deadline deadline) throws IOException {
            socket.send(message, deadline);
        }

        @Override
        public ByteBuffer receive(int replyBytes, Deadline deadline) throws IOException {
            MessageView reply = socket.receiveView(deadline);
            if (reply.kind() != MessageView.Kind.BINARY) {
                throw new IOException("expected " + replyBytes + " binary bytes, got " + reply);
            }
            return reply.bytes();
        }

        @Override
        public void close() throws IOException {
            socket.close(CloseCode.NORMAL, "", Deadline.after(SoakClients.PATIENCE));
        }

        @Override
        public void abort() {
            socket.abort();
        }
    }
}
