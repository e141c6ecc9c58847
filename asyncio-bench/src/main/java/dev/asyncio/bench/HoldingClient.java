package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Opens connections to an echo server and holds them: `HoldingClient PROTOCOL HOST PORT CONNECTIONS`.
///
/// Prints `connected` once all are open. A line `echo` then makes one message go out on every connection; when every
/// reply is back and checked, it prints `echoed`. With `connect`, it closes all and opens as many others. Ends with its
/// input. Any error ends it with a status other than zero.
public final class HoldingClient {

    static final int MESSAGE_BYTES = 64;
    private static final int SILENCE_LIMIT_MILLIS = 10_000;

    /// What it is told, and what it says when that is done.
    private static final String ECHO = "echo";
    private static final String CONNECT = "connect";
    static final String ECHOED = "echoed";
    static final String CONNECTED = "connected";

    private final Protocol protocol;
    private final InetSocketAddress server;
    private final int connectionCount;
    private final List<Socket> sockets = new ArrayList<>();
    private long round;

    private HoldingClient(Protocol protocol, InetSocketAddress server, int connectionCount) {
        this.protocol = protocol;
        this.server = server;
        this.connectionCount = connectionCount;
    }

    /// What the server speaks.
    enum Protocol {
        TCP(new LoadClient.Bare()),
        WEBSOCKET(WebSocketLoadClient.Frames.BINARY);

        private final LoadProtocol spoken;

        Protocol(LoadProtocol spoken) {
            this.spoken = spoken;
        }
    }

    static void main(String[] args) throws IOException {
        var client = new HoldingClient(Names.find("protocol", Protocol.values(), args[0]),
                new InetSocketAddress(args[1], Integer.parseInt(args[2])), Integer.parseInt(args[3]));
        client.connect();
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            switch (line) {
                case ECHO -> client.echoOnAll();
                case CONNECT -> client.connect();
                default -> throw new IOException("expected " + ECHO + " or " + CONNECT + ", got " + line);
            }
        }
    }

    /// Starts one in a process of its own; returns once all of its connections are open.
    static ChildJvm start(Protocol protocol, InetSocketAddress server, int connectionCount) throws IOException {
        return ChildJvm.start(HoldingClient.class, protocol, server.getAddress().getHostAddress(), server.getPort(),
                connectionCount).whenItSays(CONNECTED);
    }

    /// Has such a process echo on all of its connections; returns once it has checked the replies.
    static void echoOnAll(ChildJvm client) throws IOException {
        client.writeLine(ECHO);
        client.await(ECHOED, ChildJvm.MAX_SILENCE);
    }

    /// Has such a process close its connections; returns once it has opened as many others.
    static void connectAgain(ChildJvm client) throws IOException {
        client.writeLine(CONNECT);
        client.await(CONNECTED, ChildJvm.MAX_SILENCE);
    }

    private void connect() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        for (int i = 0; i < connectionCount; i++) {
            Socket socket = protocol.spoken.connect(server).socket();
            socket.setSoTimeout(SILENCE_LIMIT_MILLIS);
            sockets.add(socket);
        }
        System.out.println(CONNECTED);
    }

    /// All messages are under way before the first reply is awaited.
    private void echoOnAll() throws IOException {
        round++;
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).getOutputStream().write(protocol.spoken.request(message(i)));
        }
        byte[] replyHeader = protocol.spoken.replyHeader(MESSAGE_BYTES);
        for (int i = 0; i < sockets.size(); i++) {
            byte[] expected = ByteBuffer.allocate(replyHeader.length + MESSAGE_BYTES)
                    .put(replyHeader)
                    .put(message(i))
                    .array();
            if (!Arrays.equals(sockets.get(i).getInputStream().readNBytes(expected.length), expected)) {
                throw new IOException("reply " + round + " on connection " + i + " differs from what was sent");
            }
        }
        System.out.println(ECHOED);
    }

    /// Different on every connection and in every round.
    private byte[] message(int connection) {
        return ByteBuffer.allocate(MESSAGE_BYTES)
                .putInt(connection)
                .putLong(round)
                .putLong(MESSAGE_BYTES - Long.BYTES, round * 31 + connection)
                .array();
    }
}
