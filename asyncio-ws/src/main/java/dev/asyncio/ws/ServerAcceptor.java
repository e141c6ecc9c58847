package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.Closes;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.net.buffers.Lingering;
import dev.asyncio.net.tls.TlsStream;
import dev.asyncio.ws.handshake.ExtensionOffers;
import dev.asyncio.ws.handshake.FinalAnswer;
import dev.asyncio.ws.handshake.Grammar;
import dev.asyncio.ws.handshake.HandshakeException;
import dev.asyncio.ws.handshake.HeadParser;
import dev.asyncio.ws.handshake.Headers;
import dev.asyncio.ws.handshake.HttpHead;
import dev.asyncio.ws.handshake.ServerHandshake;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The server's side of a handshake on a stream (RFC 6455, section 4.2). Any thread.
final class ServerAcceptor {

    private static final System.Logger LOG = System.getLogger(ServerAcceptor.class.getName());

    /// How long a client that is refused has to take its answer, and then to end the stream, before it is closed.
    private static final Duration LINGER_TIMEOUT = Duration.ofSeconds(1);

    private final WebSocketOptions options;
    private final HandshakePolicy policy;

    /// Null where requests that are no handshakes are refused.
    private final HttpFallback fallback;

    ServerAcceptor(WebSocketOptions options) {
        this(options, _ -> Optional.empty(), null);
    }

    ServerAcceptor(WebSocketOptions options, HandshakePolicy policy, HttpFallback fallback) {
        this.options = options;
        this.policy = policy;
        this.fallback = fallback;
    }

    /// Waits for a request and answers it. The stream is the WebSocket's afterwards; without one it is closed.
    ///
    /// @return null if the request was for the fallback
    WebSocket accept(ByteStream stream, Deadline deadline) throws IOException {
        Deadline bound = deadline.earlierOf(Deadline.after(options.handshakeTimeout()));
        return accept(stream, new InputBuffer(stream), bound, deadline);
    }

    /// The same, for those who have begun to wait for input.
    ///
    /// @param deadline of the handshake
    /// @param lastDeadline when even a client that is refused, and told so, is left
    WebSocket accept(ByteStream stream, InputBuffer input, Deadline deadline, Deadline lastDeadline)
            throws IOException {
        boolean wasOpen = stream.isOpen();
        WebSocket socket = null;
        try {
            Agreement agreement = agree(stream, input, deadline, lastDeadline);
            if (agreement != null) {
                stream.write(agreement.response(), deadline); // nothing but frames can follow, whatever fails
                socket = agreement.socket();
            }
            return socket;
        } catch (ClosedChannelException e) {
            throw Closes.during(wasOpen, stream, e);
        } finally {
            if (socket == null) {
                stream.close();
                input.discard();
            }
        }
    }

    /// A WebSocket, and what its client is to be told yet.
    private record Agreement(WebSocket socket, ByteBuffer response) {}

    /// Null if the request was for the fallback. A client that is refused has been told.
    private Agreement agree(ByteStream stream, InputBuffer input, Deadline deadline, Deadline lastDeadline)
            throws IOException {
        String method = "";
        try {
            HttpHead.Request request = readHead(stream, input, deadline, lastDeadline);
            method = request.method();
            return agreeTo(request, stream, input, lastDeadline);
        } catch (HandshakeException e) {
            answerAndLinger(stream, input, FinalAnswer.refuse(e).encodeFor(method), LINGER_TIMEOUT, lastDeadline);
            throw refused(e.status(), stream, e.getMessage(), e);
        } catch (RuntimeException | Error e) { // of the policy or the fallback
            FinalAnswer answer = FinalAnswer.text(500, Headers.none(), "the server failed\n");
            try {
                answerAndLinger(stream, input, answer.encodeFor(method), LINGER_TIMEOUT, lastDeadline);
            } catch (IOException untold) {
                e.addSuppressed(untold);
            }
            throw e;
        }
    }

    private Agreement agreeTo(HttpHead.Request head, ByteStream stream, InputBuffer input, Deadline lastDeadline)
            throws IOException {
        SocketAddress remoteAddress = remoteAddress(stream);
        var request = new HandshakeRequest(head, remoteAddress);
        if (fallback != null && !ServerHandshake.isUpgrade(head)) {
            ServerHandshake.checkHost(head);
            ByteBuffer answer = fallback.answer(request).toAnswer().encodeFor(head.method());
            answerAndLinger(stream, input, answer, options.handshakeTimeout(), lastDeadline);
            return null;
        }
        ServerHandshake handshake = ServerHandshake.check(head);
        requireAllowed(stream, input, request, lastDeadline);
        Optional<String> subprotocol =
                options.subprotocols().stream().filter(handshake.subprotocols()::contains).findFirst();
        Optional<ExtensionOffers.Accepted> deflate = options.compression()
                .flatMap(wishes -> handshake.extensions().accept(wishes.toParameters()));
        HttpHead.Response response = handshake.accept(subprotocol, deflate, options.headers());
        var kept = new HandshakeRequest(head.withoutUpgrade(), remoteAddress);
        var negotiated = new Negotiated(true, kept, subprotocol, deflate.map(ExtensionOffers.Accepted::parameters));
        return new Agreement(new WebSocket(stream, input, negotiated, options), response.encode());
    }

    private HttpHead.Request readHead(ByteStream stream, InputBuffer input, Deadline deadline, Deadline lastDeadline)
            throws IOException {
        try {
            return HeadReader.read(
                    input, HeadParser.forRequest(options.maxHeadBytes(), HeadParser.DEFAULT_MAX_FIELD_COUNT), deadline);
        } catch (SocketTimeoutException e) {
            FinalAnswer answer = FinalAnswer.text(408, Headers.none(), "no whole request in time\n");
            answerAndLinger(stream, input, answer.encode(), LINGER_TIMEOUT, lastDeadline);
            throw e;
        }
    }

    private void requireAllowed(ByteStream stream, InputBuffer input, HandshakeRequest request, Deadline lastDeadline)
            throws IOException {
        if (!options.origins().allows(request, stream instanceof TlsStream)) {
            throw new HandshakeException(403, "origin not allowed: " + Grammar.quote(request.origin().orElse("")));
        }
        Optional<HttpResponse> refusal = policy.refusal(request);
        if (refusal.isPresent()) {
            answerAndLinger(stream, input, refusal.get().toAnswer().encode(), LINGER_TIMEOUT, lastDeadline);
            throw refused(refusal.get().status(), stream, "refused by policy: " + Grammar.quote(request.path()), null);
        }
    }

    private static WebSocketException refused(int status, ByteStream stream, String why, Throwable cause) {
        return new WebSocketException.HandshakeRefused(
                status, Map.of(), "handshake on " + stream + " refused with " + status + ": " + why, cause);
    }

    private static SocketAddress remoteAddress(ByteStream stream) {
        return switch (stream) {
            case TcpStream tcp -> tcp.remoteAddress();
            case TlsStream tls -> tls.remoteAddress().orElse(null);
            default -> null;
        };
    }

    /// Closed with bytes unread, the system would reset the connection, and the peer miss our answer. Where the deadline
    /// has passed, what goes without waiting is done all the same.
    private static void answerAndLinger(ByteStream stream, InputBuffer input, ByteBuffer answer, Duration timeout,
            Deadline deadline)
            throws IOException {
        input.discard(); // nothing of it is wanted, and many may be refused at once
        try {
            stream.write(answer, deadline.earlierOf(Deadline.after(timeout)));
            linger(stream, deadline.earlierOf(Deadline.after(LINGER_TIMEOUT)));
        } catch (SocketTimeoutException _) {
            // It has had its time.
        }
    }

    /// However the client ends the stream, by a reset, say, or TLS without close_notify: it has been answered.
    private static void linger(ByteStream stream, Deadline deadline) throws InterruptedIOException {
        try {
            stream.shutdownOutput(deadline);
            Lingering.awaitEnd(stream, deadline);
        } catch (InterruptedIOException e) { // a deadline is one, too
            throw e;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, stream + ": the client did not end the stream properly", e);
        }
    }
}
