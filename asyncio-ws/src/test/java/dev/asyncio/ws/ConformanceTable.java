package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.ws.ConformanceLine.End;
import dev.asyncio.ws.ConformanceLine.Form;
import dev.asyncio.ws.ConformanceLine.Role;
import dev.asyncio.ws.handshake.ClientHandshake;
import dev.asyncio.ws.handshake.HeadParser;
import dev.asyncio.ws.handshake.HttpHead;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the sections of the conformance table share: each line is a case for each role, and runs several times, as
/// bytes may come in other pieces than they were sent, and can be received in several ways. All over sockets.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
abstract class ConformanceTable {

    private static final int MAX_CHOPS = 300;

    @RegisterExtension
    final LibraryLog log = new LibraryLog();

    private WebSocketServer server;
    private ServerSocket listener;

    /// What the server's next handler does.
    private final BlockingQueue<Handling> handlings = new ArrayBlockingQueue<>(1);

    private record Handling(Side side, CompletableFuture<Object> outcome) {}

    /// How a line's bytes get to the library.
    private enum Delivery {
        AT_ONCE,
        /// A segment each, which the system may put together again.
        CHOPPED_BY_PEER,
        /// Each read brings one, whatever there is.
        ONE_BYTE_READS
    }

    @AfterEach
    void endBothListeners() throws IOException {
        if (server != null) {
            server.close();
        }
        if (listener != null) {
            listener.close();
        }
    }

    final Stream<DynamicTest> cases(Stream<ConformanceLine> lines) {
        return cases(WebSocketOptions.defaults(), "", lines);
    }

    /// @param extensions what the peer offers or agrees to
    final Stream<DynamicTest> cases(
            WebSocketOptions options, String extensions, Stream<ConformanceLine> lines) {
        return lines.flatMap(line -> line.roles().stream()
                .map(role -> dynamicTest(role + ": " + line.name(), () -> run(line, role, options, extensions))));
    }

    private void run(ConformanceLine line, Role role, WebSocketOptions options, String extensions) throws Exception {
        // Each form and each delivery once; which of them go together turns from line to line.
        int turn = line.name().length();
        for (Form form : line.forms()) {
            Delivery delivery = line.isAtOnce()
                    ? Delivery.AT_ONCE
                    : Delivery.values()[(form.ordinal() + turn) % Delivery.values().length];
            try {
                run(line, role, form, delivery, options, extensions);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(form + ", " + delivery + ": " + e.getMessage(), e);
            }
        }
    }

    private void run(ConformanceLine line, Role role, Form form, Delivery delivery, WebSocketOptions options,
            String extensions) throws Exception {
        byte[] bytes = line.bytesFor(role);
        int chopBytes = 1 + bytes.length / MAX_CHOPS;
        int readBytes = delivery == Delivery.ONE_BYTE_READS ? chopBytes : Integer.MAX_VALUE;
        try (Connection connection = connect(role, options, extensions, readBytes, socket -> echo(socket, form))) {
            ConformancePeer peer = connection.peer;
            peer.write(bytes, delivery == Delivery.CHOPPED_BY_PEER ? chopBytes : bytes.length);
            for (Wire frame : line.toPeer()) {
                peer.expect(frame);
            }
            switch (line.end()) {
                case End.Closed(CloseCode code, String reason, Wire answer) -> {
                    peer.expect(answer);
                    connection.expectEndAfterClose();
                    assertEquals(new Message.Close(code, reason), connection.outcome());
                }
                case End.Failed(int code) -> {
                    peer.expectFailure(code);
                    peer.expectEnd();
                    peer.close();
                    assertEquals(code, connection.failure(WebSocketException.ProtocolBroken.class).closeCode()
                            .number());
                }
            }
        }
    }

    /// What our side does with a WebSocket; its outcome is what this returns or throws.
    @FunctionalInterface
    interface Side {
        Object use(WebSocket socket) throws Exception;
    }

    /// Two sides, shaken hands.
    final class Connection implements AutoCloseable {

        final ConformancePeer peer;

        /// What the handshake's other side had to say of extensions.
        final String extensions;

        private final Role role;
        private final Waiting<Object> side;

        private Connection(Role role, ConformancePeer peer, String extensions, Waiting<Object> side) {
            this.role = role;
            this.peer = peer;
            this.extensions = extensions;
            this.side = side;
        }

        /// 7.1.1: the server ends the stream first, of its own accord.
        void expectEndAfterClose() throws IOException {
            if (role == Role.CLIENT) {
                peer.shutdownOutput();
            }
            peer.expectEnd();
            peer.close();
        }

        Object outcome() throws Exception {
            Object outcome = side.value();
            if (outcome instanceof Throwable e) {
                throw new AssertionError("our side failed", e);
            }
            return outcome;
        }

        <E extends Exception> E failure(Class<E> type) throws Exception {
            return assertInstanceOf(type, side.value());
        }

        @Override
        public void close() throws IOException {
            peer.close();
        }
    }

    /// @param readBytes how many at most our side reads at a time
    final Connection connect(Role role, WebSocketOptions options, String extensions, int readBytes, Side side)
            throws Exception {
        return role == Role.SERVER
                ? connectToServer(options, extensions, readBytes, side)
                : acceptFromClient(options, extensions, readBytes, side);
    }

    private Connection connectToServer(WebSocketOptions options, String extensions, int readBytes, Side side)
            throws Exception {
        if (readBytes < Integer.MAX_VALUE) {
            try (var bound = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    TcpOptions.defaults())) {
                var peer = new ConformancePeer(
                        new Socket(bound.localAddress().getAddress(), bound.localAddress().getPort()), Role.SERVER);
                TcpStream stream = bound.accept(patience());
                var using = Waiting.start(ThreadKind.VIRTUAL, () -> use(side, () -> WebSocket
                        .accept(FaultyStream.around(stream).readsOfAtMost(readBytes), options, patience())));
                return new Connection(Role.SERVER, peer, peer.request("/", extensions), using);
            }
        }
        if (server == null) { // whose options are the same in all of a test
            server = WebSocketServer.builder().options(options).handler(this::handle)
                    .start(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            TcpOptions.defaults()));
        }
        var handling = new Handling(side, new CompletableFuture<>());
        handlings.put(handling);
        InetSocketAddress address = server.localAddress();
        var peer = new ConformancePeer(new Socket(address.getAddress(), address.getPort()), Role.SERVER);
        String agreed = peer.request("/", extensions);
        return new Connection(Role.SERVER, peer, agreed, Waiting.start(ThreadKind.VIRTUAL,
                () -> handling.outcome.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)));
    }

    private void handle(WebSocket socket) throws Exception {
        Handling handling = handlings.take();
        handling.outcome.complete(use(handling.side, () -> socket));
    }

    private Connection acceptFromClient(WebSocketOptions options, String extensions, int readBytes, Side side)
            throws Exception {
        if (listener == null) {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            listener.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        }
        URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
        var using = Waiting.start(ThreadKind.VIRTUAL, () -> use(side, () -> readBytes == Integer.MAX_VALUE
                ? WebSocket.connect(uri, options, patience())
                : connectOverFaults(uri, options, readBytes)));
        var peer = new ConformancePeer(listener.accept(), Role.CLIENT);
        return new Connection(Role.CLIENT, peer, peer.agree(extensions), using);
    }

    @FunctionalInterface
    private interface Opening {
        WebSocket open() throws IOException;
    }

    private static Object use(Side side, Opening opening) {
        try (WebSocket socket = opening.open()) {
            return side.use(socket);
        } catch (Exception | AssertionError e) {
            return e;
        }
    }

    /// A connect over a stream of one's own, which the front door has no room for.
    private static WebSocket connectOverFaults(URI uri, WebSocketOptions options, int readBytes) throws IOException {
        ByteStream stream = FaultyStream.around(TcpStream.connect(uri.getHost(), uri.getPort()))
                .readsOfAtMost(readBytes);
        var input = new InputBuffer(stream);
        var handshake = new ClientHandshake(
                uri, options.subprotocols(), options.compression().map(Compression::toParameters), options.headers());
        stream.write(handshake.request().encode(), patience());
        HttpHead.Response response = HeadReader.read(input, HeadParser.forResponse(16 * 1024, 100), patience());
        ClientHandshake.Agreement agreed = handshake.check(response);
        var request = new HandshakeRequest(handshake.request(), null);
        return new WebSocket(
                stream, input, new Negotiated(false, request, agreed.subprotocol(), agreed.deflate()), options);
    }

    /// Sends each message back until the peer closes.
    static Message.Close echo(WebSocket socket, Form form) throws IOException {
        return switch (form) {
            case RECEIVE -> echoMessages(socket);
            case VIEW -> echoViews(socket);
            case READER -> echoReaders(socket);
        };
    }

    private static Message.Close echoMessages(WebSocket socket) throws IOException {
        while (true) {
            switch (socket.receive()) {
                case Message.Text(String text) -> socket.send(text);
                case Message.Binary(ByteBuffer bytes) -> socket.send(bytes);
                case Message.Close close -> {
                    return close;
                }
            }
        }
    }

    private static Message.Close echoViews(WebSocket socket) throws IOException {
        MessageView view = socket.receiveView();
        while (view.kind() != MessageView.Kind.CLOSE) {
            socket.send(view);
            view = socket.receiveView();
        }
        return (Message.Close) view.toMessage();
    }

    private static Message.Close echoReaders(WebSocket socket) throws IOException {
        try {
            Optional<MessageReader> next = socket.receiveReader();
            while (next.isPresent()) {
                MessageReader reader = next.get();
                byte[] message = reader.inputStream().readAllBytes();
                if (reader.isText()) {
                    socket.send(new String(message, StandardCharsets.UTF_8));
                } else {
                    socket.send(ByteBuffer.wrap(message));
                }
                next = socket.receiveReader();
            }
        } catch (EOFException e) {
            return socket.peerClose().orElseThrow(() -> e); // closed within a message
        }
        return socket.peerClose().orElseThrow();
    }
}
