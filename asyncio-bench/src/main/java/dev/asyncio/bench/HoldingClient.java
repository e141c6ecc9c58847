package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Opens connections to an echo server and holds them: `HoldingClient HOST PORT CONNECTIONS`.
///
/// Prints `connected` once all are open. Each line of input then makes one message go out on every connection; when
/// every reply is back and checked, it prints `echoed`. Ends with its input. Any error ends it with a status other
/// than zero.
public final class HoldingClient {

    private static final int MESSAGE_BYTES = 64;
    private static final int SILENCE_LIMIT_MILLIS = 10_000;

    private final List<Socket> sockets = new ArrayList<>();
    private long round;

    private HoldingClient() {}

    static void main(String[] args) throws IOException {
        var client = new HoldingClient();
        client.connect(InetAddress.getByName(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        System.out.println("connected");
        var input = new BufferedReader(new InputStreamReader(System.in));
        while (input.readLine() != null) {
            client.echoOnAll();
            System.out.println("echoed");
        }
    }

    /// Starts one in a process of its own; returns once all of its connections are open.
    static ChildJvm start(InetSocketAddress server, int connectionCount) throws IOException {
        var client = ChildJvm.start(HoldingClient.class, server.getAddress().getHostAddress(), server.getPort(),
                connectionCount);
        client.readLine();
        return client;
    }

    /// Has such a process echo on all of its connections; returns once it has checked the replies.
    static void echoOnAll(ChildJvm client) throws IOException {
        client.writeLine("echo");
        client.readLine();
    }

    private void connect(InetAddress host, int port, int connectionCount) throws IOException {
        for (int i = 0; i < connectionCount; i++) {
            var socket = new Socket(host, port);
            socket.setTcpNoDelay(true);
            NoDelay.require(socket.getTcpNoDelay());
            socket.setSoTimeout(SILENCE_LIMIT_MILLIS);
            sockets.add(socket);
        }
    }

    /// All messages are under way before the first reply is awaited.
    private void echoOnAll() throws IOException {
        round++;
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).getOutputStream().write(message(i));
        }
        for (int i = 0; i < sockets.size(); i++) {
            byte[] reply = sockets.get(i).getInputStream().readNBytes(MESSAGE_BYTES);
            if (ByteBuffer.wrap(reply).mismatch(ByteBuffer.wrap(message(i))) != -1) {
                throw new IOException("reply " + round + " on connection " + i + " differs from what was sent");
            }
        }
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
