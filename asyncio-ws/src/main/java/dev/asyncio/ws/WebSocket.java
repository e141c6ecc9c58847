package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.net.buffers.Lingering;
import dev.asyncio.ws.frame.FrameException;
import dev.asyncio.ws.frame.FrameHeader;
import dev.asyncio.ws.frame.MessageDeflater;
import dev.asyncio.ws.frame.MessageInflater;
import dev.asyncio.ws.frame.Opcode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BooleanSupplier;

/// A WebSocket (RFC 6455) in blocking style, over any [ByteStream]: either side, with or without compression (RFC
/// 7692).
///
/// ```java
/// try (var socket = WebSocket.connect(URI.create("ws://localhost:7008/echo"))) {
///     socket.send("hello");
///     System.out.println(socket.receive());
/// }
/// ```
///
/// One thread receives at a time; any number send. Pings are answered, and the answers to ours noticed, while a thread
/// receives: whoever does not receive for long looks dead to the peer.
///
/// An interrupt or deadline leaves the WebSocket usable. A receive that it cuts off has taken nothing. A send that it cuts
/// off may have gone to a buffer all the same, and then goes out later: who sends the message again may send it twice. There
/// are two exceptions: a send that is cut off within a message that had no room in a buffer breaks the connection, and a
/// close always ends it.
public final class WebSocket implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(WebSocket.class.getName());

    // An idle connection has no objects for these (IdleCost).
    private static final AtomicReferenceFieldUpdater<WebSocket, Thread> RECEIVING =
            AtomicReferenceFieldUpdater.newUpdater(WebSocket.class, Thread.class, "receiving");
    private static final AtomicReferenceFieldUpdater<WebSocket, ConnectionState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(WebSocket.class, ConnectionState.class, "state");

    /// How long the peer of a connection that was failed has to take notice, before the stream is closed.
    private static final Duration LINGER_TIMEOUT = Duration.ofSeconds(1);

    private final ByteStream stream;
    private final boolean isServer;
    private final WebSocketOptions options;
    private final HandshakeRequest request;
    private final String subprotocol;
    private final InputBuffer input;
    private final MessageInflater inflater;
    private final Receiver receiver;
    private final Sender sender;

    /// To read frames: a receive's, or that of a ping or close that waits for what only reading brings.
    private final ReadingTurn turn = new ReadingTurn();

    /// The thread that receives; another is refused.
    private volatile Thread receiving;

    /// Who received last, and whether it found more frames at hand then: what this thread sends may wait a moment for
    /// what it is about to send. Written by the thread itself; others may read stale values, which name another thread
    /// all the same.
    private Thread lastReceiver;

    private boolean hasMoreAtHand;

    /// The message that is being read in pieces; null if there is none. Guarded by [#turn].
    private MessageReader reader;

    /// A close has dropped frames, so that what comes behind them makes no message. Guarded by [#turn].
    private boolean hasDropped;

    private volatile ConnectionState state = ConnectionState.OPEN;

    /// What the peer's close frame said; null until it came.
    private volatile Message.Close peerClose;

    /// Takes over a stream whose handshake is over.
    WebSocket(ByteStream stream, InputBuffer input, Negotiated negotiated, WebSocketOptions options) {
        this.stream = stream;
        this.input = input;
        this.isServer = negotiated.isServer();
        this.request = negotiated.request();
        this.subprotocol = negotiated.subprotocol().orElse(null);
        this.options = options;
        MessageDeflater deflater = negotiated.newDeflater();
        this.inflater = negotiated.newInflater();
        this.sender = new Sender(stream, !isServer, deflater);
        this.receiver = new Receiver(
                input,
                new ControlFrames(),
                new FrameHeader(isServer, inflater != null),
                inflater,
                options.newKeepAlive(sender),
                options.maxMessageBytes());
    }

    /// Connects with default options; like [#connect(URI, WebSocketOptions, Deadline)].
    ///
    /// @param uri `ws://host[:port]/path`, or `wss` for TLS
    /// @return a WebSocket that the caller closes
    /// @throws IOException like [#connect(URI, WebSocketOptions, Deadline)]
    public static WebSocket connect(URI uri) throws IOException {
        return connect(uri, WebSocketOptions.defaults(), Deadline.never());
    }

    /// Connects with no deadline but [WebSocketOptions#handshakeTimeout()]; like
    /// [#connect(URI, WebSocketOptions, Deadline)].
    ///
    /// @param uri `ws://host[:port]/path`, or `wss` for TLS
    /// @param options of this WebSocket
    /// @return a WebSocket that the caller closes
    /// @throws IOException like [#connect(URI, WebSocketOptions, Deadline)]
    public static WebSocket connect(URI uri, WebSocketOptions options) throws IOException {
        return connect(uri, options, Deadline.never());
    }

    /// Looks the host up, connects, trying each of its addresses, and waits for the server's handshake. Whatever fails,
    /// nothing stays open. Where the server's answer is no agreement, the close of a TLS stream takes the time that its own
    /// options allow, also beyond the deadline.
    ///
    /// @param uri `ws://host[:port]/path`, or `wss` for TLS
    /// @param options of this WebSocket
    /// @param deadline when to give up; [WebSocketOptions#handshakeTimeout()] bounds this besides
    /// @return a WebSocket that the caller closes
    /// @throws WebSocketException.HandshakeRefused if the server, or a proxy, does not agree
    /// @throws javax.net.ssl.SSLException if there is no TLS with the server, or it is not whom it should be
    /// @throws java.net.UnknownHostException if the host has no address
    /// @throws java.net.ConnectException if no address accepts
    /// @throws SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted
    /// @throws IOException if the connection breaks
    /// @throws IllegalArgumentException if the URI is no `ws` or `wss` URI
    public static WebSocket connect(URI uri, WebSocketOptions options, Deadline deadline) throws IOException {
        return ClientConnector.connect(
                Objects.requireNonNull(uri, "uri"),
                Objects.requireNonNull(options, "options"),
                Objects.requireNonNull(deadline, "deadline"));
    }

    /// Agrees to a client's handshake with default options; like [#accept(ByteStream, WebSocketOptions, Deadline)].
    ///
    /// @param stream a connection on which nothing was read yet; the WebSocket's from here on, and closed on failure
    /// @return a WebSocket that the caller closes
    /// @throws IOException like [#accept(ByteStream, WebSocketOptions, Deadline)]
    public static WebSocket accept(ByteStream stream) throws IOException {
        return accept(stream, WebSocketOptions.defaults());
    }

    /// Agrees to a client's handshake with no deadline but [WebSocketOptions#handshakeTimeout()]; like
    /// [#accept(ByteStream, WebSocketOptions, Deadline)].
    ///
    /// @param stream a connection on which nothing was read yet; the WebSocket's from here on, and closed on failure
    /// @param options of this WebSocket
    /// @return a WebSocket that the caller closes
    /// @throws IOException like [#accept(ByteStream, WebSocketOptions, Deadline)]
    public static WebSocket accept(ByteStream stream, WebSocketOptions options) throws IOException {
        return accept(stream, options, Deadline.never());
    }

    /// Waits for a client's handshake on a stream and agrees to it. [WebSocketServer] does this and more for each
    /// connection.
    ///
    /// A client whose request is not agreed to, or is not there in time, is told so. It has a second to take that, and
    /// one to end the stream; within the deadline, but beyond [WebSocketOptions#handshakeTimeout()]. Where the deadline
    /// has passed, it is told as far as that goes without waiting. The close of a TLS stream takes the time that its own
    /// options allow.
    ///
    /// @param stream a connection on which nothing was read yet; the WebSocket's from here on, and closed on failure
    /// @param options of this WebSocket
    /// @param deadline when to give up; [WebSocketOptions#handshakeTimeout()] bounds this besides
    /// @return a WebSocket that the caller closes
    /// @throws WebSocketException.HandshakeRefused if the request is none that can be agreed to; the client was told
    /// @throws SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted
    /// @throws AsynchronousCloseException if another thread closes the stream meanwhile
    /// @throws IOException if the connection breaks
    public static WebSocket accept(ByteStream stream, WebSocketOptions options, Deadline deadline) throws IOException {
        Objects.requireNonNull(stream, "stream");
        if (options == null || deadline == null) {
            stream.close();
            throw new NullPointerException(options == null ? "options" : "deadline");
        }
        return new ServerAcceptor(options).accept(stream, deadline);
    }

    /// Waits for the next message, without a deadline; like [#receive(Deadline)].
    ///
    /// @return a message of the caller's own
    /// @throws IOException like [#receive(Deadline)]
    public Message receive() throws IOException {
        return receive(Deadline.never());
    }

    /// Waits for the next message, or the peer's close, which comes again and again. How long the peer may be silent is
    /// for the deadline and [WebSocketOptions.Builder#keepAlive(Duration, Duration)] to say; behind
    /// [#shutdownOutput(CloseCode, String, Deadline)], for the deadline alone. With an [OutOfMemoryError] the message is
    /// left to a later call; where it cannot be, the WebSocket is closed.
    ///
    /// @param deadline when to give up
    /// @return a message of the caller's own
    /// @throws WebSocketException.ProtocolBroken if the peer breaks the protocol or a limit; the WebSocket is closed
    /// @throws SocketTimeoutException if the deadline passes first; nothing was taken
    /// @throws InterruptedIOException if the thread is interrupted while it waits; its interrupt status stays set, and
    ///     nothing was taken
    /// @throws java.io.EOFException if the stream ends without a close
    /// @throws AsynchronousCloseException if another thread closes the WebSocket meanwhile
    /// @throws ClosedChannelException if it was closed, or found broken, before
    /// @throws IOException if the connection breaks, or a keep-alive ping brings no sign of life
    /// @throws ReadPendingException if another thread is receiving
    public Message receive(Deadline deadline) throws IOException {
        beginReceive(deadline);
        try {
            awaitMessage(deadline);
            Message message = copyOf(nextView(deadline));
            receiver.takeBack();
            return message;
        } catch (IOException e) {
            throw onReadFailure(e, deadline);
        } finally {
            endReceive();
        }
    }

    private Message copyOf(MessageView view) {
        try {
            return view.toMessage();
        } catch (OutOfMemoryError e) { // the receiver has done with it
            closeForLoss();
            throw e;
        }
    }

    /// Waits for the next message, without a deadline; like [#receiveView(Deadline)].
    ///
    /// @return a lent message
    /// @throws IOException like [#receive(Deadline)]
    public MessageView receiveView() throws IOException {
        return receiveView(Deadline.never());
    }

    /// Like [#receive(Deadline)], without a copy: the bytes are lent until the next call that receives.
    ///
    /// @param deadline when to give up
    /// @return a lent message, the same object each time, but another for the peer's close
    /// @throws IOException like [#receive(Deadline)]
    public MessageView receiveView(Deadline deadline) throws IOException {
        beginReceive(deadline);
        try {
            awaitMessage(deadline);
            return nextView(deadline);
        } catch (IOException e) {
            throw onReadFailure(e, deadline);
        } finally {
            endReceive();
        }
    }

    private void awaitMessage(Deadline deadline) throws IOException {
        if (reader != null && peerClose == null) {
            throw new IllegalStateException("the message before has not been read to its end; read or close it");
        }
        if (peerClose == null) {
            receiver.awaitFrame(deadline);
        }
    }

    private MessageView nextView(Deadline deadline) throws IOException {
        MessageView view = peerClose == null ? receiver.receive(deadline) : null;
        return view == null ? new MessageView().close(peerClose) : view;
    }

    /// Waits for the next message to begin, without a deadline; like [#receiveReader(Deadline)].
    ///
    /// @return the message's reader; empty at the peer's close
    /// @throws IOException like [#receive(Deadline)]
    public Optional<MessageReader> receiveReader() throws IOException {
        return receiveReader(Deadline.never());
    }

    /// Waits for the next message to begin, to be read as it comes: for messages of any length. It must be read to its
    /// end, or closed, before the next is received.
    ///
    /// @param deadline when to give up waiting for the beginning
    /// @return the message's reader; empty at the peer's close, see [#peerClose()]
    /// @throws IOException like [#receive(Deadline)]
    public Optional<MessageReader> receiveReader(Deadline deadline) throws IOException {
        beginReceive(deadline);
        try {
            awaitMessage(deadline);
            Opcode opcode = peerClose == null ? receiver.beginMessage(deadline) : null;
            return opcode == null ? Optional.empty() : beginReader(opcode);
        } catch (IOException e) {
            throw onReadFailure(e, deadline);
        } finally {
            endReceive();
        }
    }

    /// What wants memory comes first: a message that was begun, and nobody had the reader of, could never be received.
    private Optional<MessageReader> beginReader(Opcode opcode) {
        Optional<MessageReader> begun = Optional.of(new MessageReader(this, opcode == Opcode.TEXT));
        receiver.beginPieces();
        reader = begun.get();
        return begun;
    }

    /// On behalf of [MessageReader].
    int readPiece(ByteBuffer dst, Deadline deadline) throws IOException {
        beginReceive(deadline);
        try {
            if (hasDropped) {
                throw new ClosedChannelException();
            }
            int count = receiver.readPiece(dst, deadline);
            turn.tellPiece();
            reader = count == -1 ? null : reader;
            return count;
        } catch (IOException e) {
            if (peerClose != null) {
                reader = null; // the rest of its message will never come
            }
            throw onReadFailure(e, deadline);
        } finally {
            endReceive();
        }
    }

    /// Sends a text, without a deadline; like [#send(String, Deadline)].
    ///
    /// @param text the message
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public void send(String text) throws IOException {
        send(text, Deadline.never());
    }

    /// Sends a text; waits while the peer is slow.
    ///
    /// @param text the message
    /// @param deadline when to give up
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    /// @throws IllegalArgumentException if half of a surrogate pair is missing
    public void send(String text, Deadline deadline) throws IOException {
        send(Opcode.TEXT, encode(text), answersMore(), deadline);
    }

    /// Sends bytes, without a deadline; like [#send(ByteBuffer, Deadline)].
    ///
    /// @param binary the message, from position to limit; the caller's again afterwards
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public void send(ByteBuffer binary) throws IOException {
        send(binary, Deadline.never());
    }

    /// Sends bytes; waits while the peer is slow. Any number of threads may send, and the messages go out whole and one
    /// after the other.
    ///
    /// A thread that has received and finds more messages at hand answers them all by one write: what it sends goes out
    /// when it would have to wait for the next, or does something else that waits.
    ///
    /// @param binary the message, from position to limit; the caller's again afterwards, its position at its limit
    /// @param deadline when to give up. The message may go out later all the same, or, if it is a long one, the
    ///     connection be broken
    /// @throws SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted while it waits; as with the deadline
    /// @throws ClosedChannelException if the WebSocket was closed, or the peer has closed it
    /// @throws IOException if the connection is broken
    /// @throws IllegalStateException if this thread is the one that sends a message in pieces, and has not ended it
    public void send(ByteBuffer binary, Deadline deadline) throws IOException {
        send(Opcode.BINARY, Objects.requireNonNull(binary, "binary"), answersMore(), deadline);
    }

    /// Passes a lent message on, to this or another WebSocket, without a copy of one's own; without a deadline.
    ///
    /// @param message a text or bytes
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    /// @throws IllegalStateException if the message is a close, or its loan has ended
    public void send(MessageView message) throws IOException {
        send(message, Deadline.never());
    }

    /// Passes a lent message on, to this or another WebSocket, without a copy of one's own.
    ///
    /// @param message a text or bytes
    /// @param deadline when to give up
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    /// @throws IllegalStateException if the message is a close, or its loan has ended
    public void send(MessageView message, Deadline deadline) throws IOException {
        send(message, answersMore(), deadline);
    }

    /// Sends a text that may wait for what is sent behind it, without a deadline; like [#sendSoon(ByteBuffer, Deadline)].
    ///
    /// @param text the message
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public void sendSoon(String text) throws IOException {
        sendSoon(text, Deadline.never());
    }

    /// Sends a text that may wait for what is sent behind it; like [#sendSoon(ByteBuffer, Deadline)].
    ///
    /// @param text the message
    /// @param deadline when to give up
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    /// @throws IllegalArgumentException if half of a surrogate pair is missing
    public void sendSoon(String text, Deadline deadline) throws IOException {
        send(Opcode.TEXT, encode(text), true, deadline);
    }

    /// Sends bytes that may wait for what is sent behind them, without a deadline; like
    /// [#sendSoon(ByteBuffer, Deadline)].
    ///
    /// @param binary the message, from position to limit; the caller's again afterwards
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public void sendSoon(ByteBuffer binary) throws IOException {
        sendSoon(binary, Deadline.never());
    }

    /// Sends bytes that may wait for what is sent behind them. Many small messages, such as a feed's, then go out by one
    /// write, and do not pay for a system call each. They go out with the next message that does not wait, with a close,
    /// when so much has gathered that a buffer is full (128 KiB, or 16 where many connections have gathered that much), or at
    /// the event loop's next turn, which comes when this thread waits for something if not before.
    ///
    /// Otherwise like [#send(ByteBuffer, Deadline)]: this waits, too, while the peer is slow. Where the connection breaks
    /// after it has returned, the next call says so.
    ///
    /// @param binary the message, from position to limit; the caller's again afterwards, its position at its limit
    /// @param deadline when to give up
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public void sendSoon(ByteBuffer binary, Deadline deadline) throws IOException {
        send(Opcode.BINARY, Objects.requireNonNull(binary, "binary"), true, deadline);
    }

    /// Passes a lent message on that may wait for what is sent behind it, without a deadline; like
    /// [#sendSoon(MessageView, Deadline)].
    ///
    /// @param message a text or bytes
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    /// @throws IllegalStateException if the message is a close, or its loan has ended
    public void sendSoon(MessageView message) throws IOException {
        sendSoon(message, Deadline.never());
    }

    /// Passes a lent message on that may wait for what is sent behind it; like [#sendSoon(ByteBuffer, Deadline)].
    ///
    /// @param message a text or bytes
    /// @param deadline when to give up
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    /// @throws IllegalStateException if the message is a close, or its loan has ended
    public void sendSoon(MessageView message, Deadline deadline) throws IOException {
        send(message, true, deadline);
    }

    private static ByteBuffer encode(String text) {
        return ByteBuffer.wrap(Utf8.encode(Objects.requireNonNull(text, "text")));
    }

    private void send(MessageView message, boolean moreFollows, Deadline deadline) throws IOException {
        Objects.requireNonNull(message, "message");
        Opcode opcode = message.kind() == MessageView.Kind.TEXT ? Opcode.TEXT : Opcode.BINARY;
        send(opcode, message.bytes().duplicate(), moreFollows, deadline);
    }

    private void send(Opcode opcode, ByteBuffer payload, boolean moreFollows, Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        sender.sendMessage(opcode, payload, moreFollows, deadline);
    }

    /// Whether this thread is about to answer more messages, which are at hand.
    private boolean answersMore() {
        return hasMoreAtHand && lastReceiver == Thread.currentThread();
    }

    /// Begins a text that is sent in pieces, without a deadline; like [#sendBinary(Deadline)].
    ///
    /// @return the message, which the caller ends by closing it
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public MessageWriter sendText() throws IOException {
        return sendText(Deadline.never());
    }

    /// Begins a text that is sent in pieces; like [#sendBinary(Deadline)].
    ///
    /// @param deadline when to give up waiting for other messages to end
    /// @return the message, which the caller ends by closing it
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public MessageWriter sendText(Deadline deadline) throws IOException {
        return begin(new MessageWriter(sender, Opcode.TEXT), deadline);
    }

    /// Begins a message of bytes that is sent in pieces, without a deadline; like [#sendBinary(Deadline)].
    ///
    /// @return the message, which the caller ends by closing it
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public MessageWriter sendBinary() throws IOException {
        return sendBinary(Deadline.never());
    }

    /// Begins a message of bytes that is sent in pieces, each as a frame: for messages of any length. Other messages
    /// wait until it ends.
    ///
    /// @param deadline when to give up waiting for other messages to end
    /// @return the message, which the caller ends by closing it
    /// @throws IOException like [#send(ByteBuffer, Deadline)]
    public MessageWriter sendBinary(Deadline deadline) throws IOException {
        return begin(new MessageWriter(sender, Opcode.BINARY), deadline);
    }

    /// Has been made before others wait for its end: without memory for it, nobody could end it.
    private MessageWriter begin(MessageWriter writer, Deadline deadline) throws IOException {
        sender.beginMessage(Objects.requireNonNull(deadline, "deadline"));
        return writer;
    }

    /// Sends a ping and waits for the answer, without a deadline; like [#ping(Deadline)].
    ///
    /// @return how long the answer took
    /// @throws IOException like [#ping(Deadline)]
    public Duration ping() throws IOException {
        return ping(Deadline.never());
    }

    /// Sends a ping and waits for the answer. If no other thread is receiving, this reads the answer itself, unless a
    /// message comes first: then somebody has to receive that.
    ///
    /// @param deadline when to give up
    /// @return how long the answer took, from this call on: the wait for its turn behind what others send counts, too
    /// @throws SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted while it waits
    /// @throws ClosedChannelException if the WebSocket was closed, or is closed meanwhile
    /// @throws IOException if the connection is broken
    public Duration ping(Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        var ping = new Ping();
        turn.enter(ping);
        try {
            sender.sendPing(ping, deadline);
            while (!readUntil(ping::isAnswered, ping, false, deadline)) {
                turn.park(deadline, this); // until a receive has taken the message that came
            }
            return ping.roundTrip();
        } finally {
            turn.leave(ping);
        }
    }

    /// The request that began this WebSocket: the client's, on either side. Without the fields that every handshake has,
    /// and which mean nothing after it: `Upgrade`, `Connection`, `Sec-WebSocket-Key`, `Sec-WebSocket-Version`. (A server's
    /// [HandshakePolicy] sees them.)
    ///
    /// @return the request
    public HandshakeRequest request() {
        return request;
    }

    /// What both sides agreed to speak.
    ///
    /// @return the subprotocol; empty if they agreed on none
    public Optional<String> subprotocol() {
        return Optional.ofNullable(subprotocol);
    }

    /// Whether messages may be compressed.
    ///
    /// @return true if both sides agreed on that
    public boolean isCompressed() {
        return inflater != null;
    }

    /// What the peer's close said.
    ///
    /// @return empty until it came
    public Optional<Message.Close> peerClose() {
        return Optional.ofNullable(peerClose);
    }

    /// Whether messages can be sent.
    ///
    /// @return false once either side has closed, or the connection was found broken
    public boolean isOpen() {
        return state == ConnectionState.OPEN && !sender.isBroken();
    }

    /// Sends the close frame and goes on receiving: what the peer has sent before its own close still comes, and then
    /// that. [#close()] is due afterwards. On a WebSocket that either side has closed this does nothing.
    ///
    /// Pings that the peer sends meanwhile are not answered. RFC 6455, section 5.5.2, wants that until the peer's close
    /// has come, but some peers, browsers among them, take whatever follows a close frame for an error.
    ///
    /// @param code why
    /// @param reason in words, at most 123 bytes of UTF-8
    /// @param deadline when to give up sending
    /// @throws SocketTimeoutException if the peer does not take it in time
    /// @throws InterruptedIOException if the thread is interrupted while it waits
    /// @throws IOException if the connection breaks
    /// @throws IllegalArgumentException if the code must not be sent, or the reason is too long
    public void shutdownOutput(CloseCode code, String reason, Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        ByteBuffer payload = ClosePayload.encode(code, reason);
        if (state == ConnectionState.OPEN) {
            try {
                sender.sendClose(payload, deadline);
            } finally {
                if (sender.isEnded()) { // and not where it had to give up before its turn came
                    STATE.compareAndSet(this, ConnectionState.OPEN, ConnectionState.CLOSING);
                }
            }
        }
    }

    /// Closes with [CloseCode#GOING_AWAY], but lets a thread that receives have what the peer has sent before its own
    /// close. The peer's time for that is bounded like that of a close, after which the stream is closed.
    ///
    /// @param deadline when to leave the stream as it is
    void goAway(Deadline deadline) throws IOException {
        Deadline peersTime = Deadline.after(options.closeTimeout());
        try {
            shutdownOutput(CloseCode.GOING_AWAY, "", peersTime.earlierOf(deadline));
            awaitPeerClose(false, peersTime, deadline);
        } catch (IOException e) {
            if (!deadline.isExpired()) {
                closeStream();
            }
            throw e;
        }
    }

    /// Sends [CloseCode#GOING_AWAY] if that goes without waiting: the stream is about to be closed.
    void sayGoingAway() {
        try {
            shutdownOutput(CloseCode.GOING_AWAY, "", Deadline.after(Duration.ZERO));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": the peer was not told", e);
        }
    }

    /// Closes with [CloseCode#NORMAL]; waits for the peer's answer, but no longer than
    /// [WebSocketOptions#closeTimeout()] or until the thread is interrupted, and does not complain if none comes.
    /// Closing twice is fine.
    @Override
    public void close() {
        try {
            close(CloseCode.NORMAL, "", Deadline.never());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": closed without the peer's answer", e);
        }
    }

    /// Closes, bounded by [WebSocketOptions#closeTimeout()] alone; like [#close(CloseCode, String, Deadline)].
    ///
    /// @param code why
    /// @param reason in words, at most 123 bytes of UTF-8
    /// @throws IOException like [#close(CloseCode, String, Deadline)]
    public void close(CloseCode code, String reason) throws IOException {
        close(code, reason, Deadline.never());
    }

    /// Closes: sends a close frame, waits for the peer's, and closes the stream. Messages that come meanwhile go to a
    /// thread that is receiving, and are dropped if there is none. However this ends, the stream is closed: without a
    /// word, where an argument is refused. The close of a TLS stream takes the time that its own options allow, also
    /// beyond the deadline.
    ///
    /// @param code why
    /// @param reason in words, at most 123 bytes of UTF-8
    /// @param deadline when to stop waiting; [WebSocketOptions#closeTimeout()] bounds this besides
    /// @throws SocketTimeoutException if the peer does not answer in time
    /// @throws InterruptedIOException if the thread is interrupted while it waits
    /// @throws IOException if the connection breaks
    /// @throws IllegalArgumentException if the code must not be sent, or the reason is too long
    public void close(CloseCode code, String reason, Deadline deadline) throws IOException {
        try {
            Objects.requireNonNull(deadline, "deadline");
            ByteBuffer payload = ClosePayload.encode(code, reason);
            Deadline bound = deadline.earlierOf(Deadline.after(options.closeTimeout()));
            STATE.compareAndSet(this, ConnectionState.OPEN, ConnectionState.CLOSING);
            if (state == ConnectionState.CLOSING) {
                sender.sendClose(payload, bound);
                awaitPeerClose(true, bound, bound);
            }
            sender.awaitSent(bound); // our answer, where the peer has closed first
            if (isServer) { // closed with bytes unread, the system would reset the stream, and our close frame be lost
                linger(bound.earlierOf(Deadline.after(LINGER_TIMEOUT)));
            } else {
                awaitEnd(bound); // 7.1.1: the server closes first
            }
        } catch (ClosedChannelException _) {
            // Another thread has closed it meanwhile.
        } finally {
            closeStream();
        }
    }

    /// The close frames are exchanged; a client that does not end the stream then has had its chance.
    private void linger(Deadline deadline) throws IOException {
        try {
            awaitEnd(deadline);
        } catch (SocketTimeoutException e) {
            LOG.log(Level.DEBUG, this + ": the peer did not end the stream", e);
        }
    }

    /// One thread reads at a time here, too.
    private void awaitEnd(Deadline deadline) throws IOException {
        if (!stream.isOpen()) {
            return;
        }
        turn.take(deadline, this);
        try {
            input.discard(); // clients may close all at once, and not end the stream
            Lingering.awaitEnd(stream, deadline);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) { // an end all the same, and the close frames are exchanged
            LOG.log(Level.DEBUG, this + ": the peer did not end the stream properly", e);
        } finally {
            giveTurnBack(true);
        }
    }

    /// Closes at once, without a word to the peer. Any thread; twice is fine.
    public void abort() {
        try {
            stream.abort();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": abort failed", e);
        } finally {
            closeStream();
        }
    }

    /// Path, stream and state, for logs. Not the query, which often is a ticket or a token.
    @Override
    public String toString() {
        return "WebSocket[" + request.path() + " over " + stream + ", " + state + "]";
    }

    /// One thread receives at a time. It waits for a ping or close of another thread that reads just now.
    private void beginReceive(Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        Thread thread = Thread.currentThread();
        if (!RECEIVING.compareAndSet(this, null, thread)) {
            throw new ReadPendingException();
        }
        boolean wasClosed = state == ConnectionState.CLOSED;
        boolean hasBegun = false;
        try {
            turn.take(deadline, this);
            lastReceiver = thread;
            hasBegun = true;
            if (state == ConnectionState.CLOSING) {
                turn.wake(); // the peer's time goes on for who waits for its close
            }
        } finally {
            if (!hasBegun) {
                RECEIVING.lazySet(this, null);
            }
        }
        if (peerClose == null && (hasDropped || state == ConnectionState.CLOSED)) {
            endReceive();
            throw wasClosed ? new ClosedChannelException() : new AsynchronousCloseException();
        }
    }

    private void endReceive() {
        hasMoreAtHand = receiver.hasFrameAtHand();
        giveTurnBack(true);
        RECEIVING.lazySet(this, null);
    }

    /// Who closes the stream cannot always give back what readers hold; the last of these does.
    ///
    /// @param hasRead whether those may have to go on who wait for something to be read
    private void giveTurnBack(boolean hasRead) {
        turn.giveBack(hasRead);
        releaseInputIfClosed();
    }

    private void releaseInputIfClosed() {
        boolean isFree = !stream.isOpen() && !turn.isMine() && turn.tryTake();
        if (isFree) {
            try {
                input.discard();
                if (inflater != null) {
                    inflater.close();
                }
            } finally {
                turn.giveBack(false);
            }
        }
    }

    /// @param skipsData whether messages are dropped, or left for a receive
    /// @param peersTime when to give the peer up; it stands still while a message is left for a receive, which may be long
    ///     in coming, and goes on within the receive, for the peer may be long in sending the rest. While pieces of that
    ///     come and are read, it begins anew (5.5.1: a peer may send its message to the end before it answers)
    private void awaitPeerClose(boolean skipsData, Deadline peersTime, Deadline deadline) throws IOException {
        var watcher = new Watcher();
        turn.enter(watcher);
        try {
            Deadline bound = peersTime;
            boolean hasClosed = false;
            while (!hasClosed) {
                try {
                    hasClosed = readUntil(() -> peerClose != null, watcher, skipsData, bound.earlierOf(deadline));
                    if (!hasClosed) {
                        long leftNanos = bound.remainingNanos();
                        turn.park(deadline, this); // until a receive has taken the message that came
                        bound = Deadline.after(Duration.ofNanos(leftNanos));
                    }
                } catch (SocketTimeoutException e) {
                    if (deadline.isExpired() || !watcher.hasSeenPiece) {
                        throw e;
                    }
                    watcher.hasSeenPiece = false;
                    bound = Deadline.after(options.closeTimeout());
                }
            }
        } finally {
            turn.leave(watcher);
        }
    }

    /// Waits for something that only reading brings, and reads unless another thread does; false if a message is in the
    /// way.
    ///
    /// @param watcher this thread's, which has entered
    /// @param skipsData whether messages are dropped, or left for a receive
    boolean readUntil(BooleanSupplier isDone, Watcher watcher, boolean skipsData, Deadline deadline)
            throws IOException {
        while (true) {
            boolean isClosed = state == ConnectionState.CLOSED; // first: what was read before the close is seen with it
            if (isDone.getAsBoolean()) {
                return true;
            }
            if (isClosed) {
                throw new AsynchronousCloseException();
            }
            if (!turn.tryTake(watcher)) {
                turn.park(deadline, this);
            } else if (!readControlFrames(isDone, skipsData, deadline)) {
                return false;
            }
        }
    }

    /// Reads until it has what the caller waits for, or the peer's close; false if a message is in the way. It is the
    /// caller's turn, which this ends.
    private boolean readControlFrames(BooleanSupplier isDone, boolean skipsData, Deadline deadline)
            throws IOException {
        boolean hasRead = false;
        try {
            while (!isDone.getAsBoolean() && peerClose == null) {
                if (!skipsData && receiver.isInDataFrame()) {
                    return false;
                }
                if (hasRead) { // a peer that sends without end never makes us wait
                    ReadingTurn.requireTime(deadline, this);
                }
                hasRead = true;
                if (!receiver.readControlFrame(deadline)) {
                    if (!skipsData) {
                        return false;
                    }
                    hasDropped = true;
                    receiver.skipData(deadline);
                }
            }
            return true;
        } catch (IOException e) {
            throw onReadFailure(e, deadline);
        } finally {
            giveTurnBack(hasRead); // another may have to go on: a close skips the message that is in a ping's way
        }
    }

    /// 7.1.7: tells the peer, and closes.
    private WebSocketException fail(FrameException broken, Deadline deadline) {
        var code = new CloseCode(broken.closeCode());
        closeWith(code, broken.getMessage(), deadline);
        return new WebSocketException.ProtocolBroken(code, "receive on " + this + ": " + broken.getMessage(), broken);
    }

    private void closeForLoss() {
        closeWith(CloseCode.INTERNAL_ERROR, "", Deadline.never());
    }

    private void closeWith(CloseCode code, String reason, Deadline deadline) {
        try {
            Deadline bound = deadline.earlierOf(Deadline.after(LINGER_TIMEOUT));
            sender.sendClose(ClosePayload.encode(code, reason), bound);
            state = ConnectionState.CLOSED;
            sender.shutdownOutput(bound);
            input.discard();
            Lingering.awaitEnd(stream, bound); // closed with bytes unread, the system would reset it, and the peer miss our words
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": the peer was not told, or did not listen", e);
        } finally {
            closeStream();
        }
    }

    /// What the caller gets to see. After a deadline or an interrupt, nothing has been lost; after anything else, the
    /// connection is, unless the peer has closed it: then the answer may be on its way.
    private IOException onReadFailure(IOException e, Deadline deadline) {
        if (e instanceof FrameException broken) {
            return fail(broken, deadline);
        }
        if (e instanceof SocketException) {
            abort(); // TLS would wait for a goodbye from a peer that is gone
        } else if (!(e instanceof InterruptedIOException) && peerClose == null) {
            closeStream();
        }
        return e;
    }

    private void closeStream() {
        state = ConnectionState.CLOSED;
        try {
            stream.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": close failed", e);
        } finally {
            turn.wake(); // first: it wants no memory
            sender.close();
            releaseInputIfClosed();
        }
    }

    /// What is done about frames that are no messages. On the thread whose turn it is to read.
    private final class ControlFrames implements Receiver.Events {

        @Override
        public void beforeWait() {
            sender.flushHeldBack();
        }

        @Override
        public void onPing(ByteBuffer payload) {
            byte[] copy = new byte[payload.remaining()];
            payload.get(copy);
            sender.sendPong(copy);
        }

        @Override
        public void onPong(ByteBuffer payload) {
            if (Ping.answer(turn.watchers(), payload)) {
                turn.wake();
            }
        }

        /// 5.5.1: answered with the same code, unless we have closed first.
        @Override
        public void onClose(ByteBuffer payload) throws IOException {
            Message.Close close;
            ByteBuffer answer;
            try {
                close = ClosePayload.decode(payload);
                answer = ClosePayload.answerTo(close);
            } catch (RuntimeException | Error e) { // no memory: the receiver has done with the frame
                closeForLoss();
                throw e;
            }
            peerClose = close;
            state = ConnectionState.CLOSED;
            sender.answerClose(answer);
            turn.wake();
        }

        @Override
        public void onLoss() {
            closeForLoss();
        }
    }
}
