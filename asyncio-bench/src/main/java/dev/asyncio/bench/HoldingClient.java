package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Opens connections to an echo server and holds them: `HoldingClient PROTOCOL HOST PORT CONNECTIONS`.
///
/// Prints `connected` once all are open. A line `echo` then makes one message go out on every connection; when every
/// reply is back and checked, it prints `echoed`. With `connect`, it closes all and opens as many others. Ends with its
/// input. Any error ends it with a status other than zero.
public final class HoldingClient {

    static final int MESSAGE_BYTES = 64;
    private static final int SILENCE_LIMIT_MILLIS = 10_000;
    private static final String ECHO = "echo";
    private static final String CONNECT = "connect";

    private final Protocol protocol;
    private final InetAddress host;
    private final int port;
    private final int connectionCount;
    private final List<Socket> sockets = new ArrayList<>();
    private long round;

    private HoldingClient(Protocol protocol, InetAddress host, int port, int connectionCount) {
        this.protocol = protocol;
        this.host = host;
        this.port = port;
        this.connectionCount = connectionCount;
    }

    /// What the server speaks.
    enum Protocol {
        TCP("", "", ""),
        /// Frames of 64 binary bytes (RFC 6455, section 5.2), masked with zeros on the way there.
        WEBSOCKET(
                """
                GET / HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r
                """,
                "82c000000000",
                "8240");

        private final byte[] handshake;
        private final byte[] messageHeader;
        private final byte[] replyHeader;

        Protocol(String handshake, String messageHeader, String replyHeader) {
            this.handshake = handshake.getBytes(StandardCharsets.US_ASCII);
            this.messageHeader = HexFormat.of().parseHex(messageHeader);
            this.replyHeader = HexFormat.of().parseHex(replyHeader);
        }

        private void shakeHands(Socket socket) throws IOException {
            if (handshake.length == 0) {
                return;
            }
            socket.getOutputStream().write(handshake);
            var response = new StringBuilder();
            while (response.indexOf("\r\n\r\n") == -1) {
                int b = socket.getInputStream().read();
                if (b == -1) {
                    throw new EOFException("the server ended a connection within the handshake: " + response);
                }
                response.append((char) b);
            }
            if (!response.toString().startsWith("HTTP/1.1 101 ")) {
                throw new IOException("expected status 101, got " + response);
            }
        }
    }

    static void main(String[] args) throws IOException {
        var client = new HoldingClient(Protocol.valueOf(args[0]), InetAddress.getByName(args[1]),
                Integer.parseInt(args[2]), Integer.parseInt(args[3]));
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
        var client = ChildJvm.start(HoldingClient.class, protocol, server.getAddress().getHostAddress(),
                server.getPort(), connectionCount);
        client.readLine();
        return client;
    }

    /// Has such a process echo on all of its connections; returns once it has checked the replies.
    static void echoOnAll(ChildJvm client) throws IOException {
        client.writeLine(ECHO);
        client.readLine();
    }

    /// Has such a process close its connections; returns once it has opened as many others.
    static void connectAgain(ChildJvm client) throws IOException {
        client.writeLine(CONNECT);
        client.readLine();
    }

    private void connect() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        for (int i = 0; i < connectionCount; i++) {
            Socket socket = open(host, port);
            protocol.shakeHands(socket);
            sockets.add(socket);
        }
        System.out.println("connected");
    }

    /// Connects, with the options of all.
    static Socket open(InetAddress host, int port) throws IOException {
        var socket = new Socket(host, port);
        NoDelay.ask(socket);
        socket.setSoTimeout(SILENCE_LIMIT_MILLIS);
        return socket;
    }

    /// All messages are under way before the first reply is awaited.
    private void echoOnAll() throws IOException {
        round++;
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).getOutputStream().write(framed(protocol.messageHeader, i));
        }
        for (int i = 0; i < sockets.size(); i++) {
            byte[] expected = framed(protocol.replyHeader, i);
            if (!Arrays.equals(sockets.get(i).getInputStream().readNBytes(expected.length), expected)) {
                throw new IOException("reply " + round + " on connection " + i + " differs from what was sent");
            }
        }
        System.out.println("echoed");
    }

    /// Different on every connection and in every round.
    private byte[] framed(byte[] header, int connection) {
        return ByteBuffer.allocate(header.length + MESSAGE_BYTES)
                .put(header)
                .putInt(connection)
                .putLong(round)
                .putLong(header.length + MESSAGE_BYTES - Long.BYTES, round * 31 + connection)
                .array();
    }
}
