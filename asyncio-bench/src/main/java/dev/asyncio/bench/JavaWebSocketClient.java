package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ServerHandshake;

/// The client of Java-WebSocket.
final class JavaWebSocketClient extends EventRoundTripClient {

    private final Client client;

    private JavaWebSocketClient(URI server, int messageBytes) {
        super(messageBytes);
        this.client = new Client(server);
    }

    static JavaWebSocketClient connect(InetSocketAddress server, int messageBytes) throws IOException {
        var connected = new JavaWebSocketClient(WebSocketClientKind.uri(server), messageBytes);
        boolean isOpen = false;
        try {
            isOpen = connected.client.connectBlocking(WebSocketClientKind.PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            throw Interruption.in("connecting to " + server);
        } finally {
            if (!isOpen) {
                connected.close();
            }
        }
        if (!isOpen) {
            throw new IOException("Java-WebSocket does not connect to " + server);
        }
        return connected;
    }

    private final class Client extends WebSocketClient {

        Client(URI server) {
            super(server, JavaWebSocketEcho.draft(WebSocketContender.Deflate.OFF));
            setTcpNoDelay(NoDelay.isWanted());
            setReceiveBufferSize(Integer.getInteger(JavaWebSocketEcho.RECEIVE_BYTES_PROPERTY, getReceiveBufferSize()));
            setConnectionLostTimeout(0); // no pings among the messages
        }

        @Override
        public void onOpen(ServerHandshake response) {}

        @Override
        public void onMessage(String text) {
            fail(new IOException("expected a binary message, got " + text));
        }

        @Override
        public void onMessage(ByteBuffer bytes) {
            receive(bytes, true);
        }

        @Override
        public void onClose(int code, String reason, boolean byPeer) {
            failAtEnd();
        }

        @Override
        public void onError(Exception cause) {
            fail(cause);
        }
    }

    @Override
    void send() {
        client.send(message());
    }

    /// Without good-bye.
    @Override
    public void close() {
        client.closeConnection(CloseFrame.ABNORMAL_CLOSE, "");
    }
}
