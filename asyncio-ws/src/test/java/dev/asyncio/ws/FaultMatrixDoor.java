package dev.asyncio.ws;

import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Where a peer waits for our client. Shut, it leaves clients outside, neither connected nor refused: Linux drops the
/// first packet of a connection that does not fit into the backlog.
final class FaultMatrixDoor implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket();
    private final List<SocketChannel> crowd = new ArrayList<>();

    FaultMatrixDoor(int receiveBufferBytes) throws IOException {
        listener.setReceiveBufferSize(receiveBufferBytes);
        listener.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    void shut() throws IOException {
        for (int i = 0; i < 8; i++) {
            SocketChannel one = SocketChannel.open();
            crowd.add(one);
            one.configureBlocking(false);
            one.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // so that it is known by its port
            one.connect(address());
        }
    }

    /// Sends the crowd home, whose packets would crowd out the client's again when that tries anew, and lets the client in.
    Socket open() throws IOException {
        Set<SocketAddress> addresses = new HashSet<>();
        for (SocketChannel one : crowd) {
            addresses.add(one.getLocalAddress());
            one.close();
        }
        while (true) {
            Socket next = listener.accept();
            if (!addresses.contains(next.getRemoteSocketAddress())) {
                return next;
            }
            next.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel one : crowd) {
            one.close();
        }
    }
}
