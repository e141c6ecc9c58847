package dev.asyncio.bench;

import dev.asyncio.core.testing.ThreadKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// An echo server that does wrong by one message on its first connection, and is honest otherwise.
final class FaultyEcho implements AutoCloseable {

    private static final int FAULTY_MESSAGE = 10;

    private final Speech speech;
    private final Fault fault;
    private final int messageBytes;
    private final int faultyMessage;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// What becomes of the reply.
    enum Fault {
        NONE,
        DROPPED,
        SHORTENED,
        ALTERED,
        ALTERED_FIRST_BYTE,
        SENT_TWICE,
        SENT_AFTER_THE_NEXT,
        ENDED,

        /// A byte that nobody asked for, once the client has ended.
        MORE_BEHIND_THE_LAST;

        /// Whether the server waits afterwards for a client that has one message under way, and waits for it.
        boolean isSilent() {
            return this == DROPPED || this == SHORTENED || this == SENT_AFTER_THE_NEXT;
        }
    }

    /// Those that a client sees by what becomes of one reply.
    static Set<Fault> ofOneReply() {
        return EnumSet.complementOf(EnumSet.of(Fault.NONE, Fault.MORE_BEHIND_THE_LAST));
    }

    private FaultyEcho(Speech speech, Fault fault, int messageBytes, int faultyMessage) throws IOException {
        this.speech = speech;
        this.fault = fault;
        this.messageBytes = messageBytes;
        this.faultyMessage = faultyMessage;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static FaultyEcho start(Speech speech, Fault fault, int messageBytes) throws IOException {
        return start(speech, fault, messageBytes, FAULTY_MESSAGE);
    }

    /// @param faultyMessage how many come before it
    static FaultyEcho start(Speech speech, Fault fault, int messageBytes, int faultyMessage) throws IOException {
        var server = new FaultyEcho(speech, fault, messageBytes, faultyMessage);
        ThreadKind.VIRTUAL.unstarted(server::accept).start();
        return server;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            for (boolean honest = false;; honest = true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Fault onThis = honest ? Fault.NONE : fault;
                ThreadKind.VIRTUAL.unstarted(() -> serve(socket, onThis)).start();
            }
        } catch (IOException _) {
            // closed by the test
        }
    }

    private void serve(Socket socket, Fault fault) {
        try (socket) {
            speech.begin(socket);
            byte[] reply;
            for (int number = 0; (reply = speech.honestReply(socket, messageBytes)) != null; number++) {
                reply(socket, reply, number == faultyMessage ? fault : Fault.NONE);
            }
            if (fault == Fault.MORE_BEHIND_THE_LAST) {
                socket.getOutputStream().write(0);
            }
        } catch (IOException _) {
            // the client gave up, as it should
        }
    }

    private void reply(Socket socket, byte[] reply, Fault fault) throws IOException {
        var output = socket.getOutputStream();
        switch (fault) {
            case NONE, MORE_BEHIND_THE_LAST -> output.write(reply);
            case DROPPED -> {}
            case SHORTENED -> output.write(reply, 0, reply.length - 1);
            case ALTERED -> {
                reply[reply.length / 2] ^= 1;
                output.write(reply);
            }
            case ALTERED_FIRST_BYTE -> { // of a frame: the opcode
                reply[0] ^= 3;
                output.write(reply);
            }
            case SENT_TWICE -> {
                output.write(reply);
                output.write(reply);
            }
            case SENT_AFTER_THE_NEXT -> {
                byte[] next = speech.honestReply(socket, messageBytes);
                if (next != null) { // else the client gave up, as it should
                    output.write(next);
                    output.write(reply);
                }
            }
            case ENDED -> socket.close();
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
