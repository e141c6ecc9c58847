package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.FailingLoop;
import dev.asyncio.core.LoopTurn;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/// A connection at one point of its life: our end, on an event loop of the test's own, and the peer's, a socket of the JDK
/// that does what the test wants. How a point is reached differs between protocols, of which each is a class.
///
/// @param <C> our end
abstract class FaultMatrixScene<C> implements AutoCloseable {

    /// Of a deadline or a timeout that is meant to pass.
    static final Duration SOON = Duration.ofMillis(60);

    /// Of a timeout that is no fault's doing.
    static final Duration LATE = Waiting.PATIENCE.multipliedBy(2);

    /// What a read returns at the peer's end, whatever the protocol says there.
    static final Object END = "the peer's end";

    /// More than all the buffers between the two hold.
    static final int BULK_BYTES = 2 * 1024 * 1024;

    static final int SYSTEM_BUFFER_BYTES = 64 * 1024;

    private static final byte[] BULK_CONTENTS = new byte[BULK_BYTES];
    private static final byte[] BULK_PIECE = new byte[BULK_BYTES / 32];
    private static final ByteBuffer BULK = ByteBuffer.allocateDirect(BULK_BYTES);

    static {
        new Random(6455).nextBytes(BULK_CONTENTS); // which no compression makes smaller
        BULK.put(BULK_CONTENTS).flip();
    }

    final boolean isServer;
    /// Mostly where the fault comes.
    FaultMatrixPoint point;

    private final ThreadKind caller;

    /// For how long a handshake waits for the peer: [#LATE], or [#SOON] where nothing is to come after it.
    final Duration handshakeTimeout;

    /// For how long a close waits for the peer: [#LATE] or [#SOON].
    final Duration closeTimeout;

    /// What the call that the fault strikes takes at least, if it has no deadline.
    private final Duration leastTime;

    final EventLoopGroup group;
    final TcpOptions tcp;

    /// What is written mid-write; the rest, once some of it went out.
    final ByteBuffer bulk = newBulk();

    /// The peer's end; null while connecting.
    Socket peer;

    /// Our end; null until there is a connection.
    C ours;

    /// What the peer does meanwhile to let the call go on; null where that is not done meanwhile.
    private Waiting<Void> goingOn;

    /// What the peer hears meanwhile; null where it does not listen meanwhile.
    private Waiting<Object> hearing;

    /// What the peer sends without end; null where it does not.
    private Waiting<Void> flooding;

    /// How much of that the system has taken. Written by the thread that sends it.
    private volatile long floodedBytes;

    private FaultMatrixShortage shortage;
    private final FaultMatrixDoor door;

    /// The connection's loop first. They take turns: a client is on the first, and so is a listener; what that accepts is
    /// on the next.
    private final List<EventLoop> loops;

    /// Of a server.
    private final TcpListener listener;

    /// What our end's handshake runs over.
    private volatile TcpStream below;

    FaultMatrixScene(FaultMatrix.Cell cell) throws IOException {
        this.isServer = cell.isServer();
        this.point = cell.point();
        this.handshakeTimeout = point.isOpening() ? cell.fault().timeout() : LATE;
        this.closeTimeout = cell.closeTimeout();
        this.leastTime = cell.leastTime();
        this.caller = cell.threads().callers;
        this.group = newGroup(cell.fault().loopCount(), cell.threads().loops);
        this.tcp = TcpOptions.builder().eventLoops(group).sendBufferBytes(SYSTEM_BUFFER_BYTES)
                .readTimeout(cell.fault().timeout()).build();
        this.loops = isServer && !isAccepting() ? group.loops().reversed() : group.loops();
        this.door = isServer ? null : new FaultMatrixDoor(SYSTEM_BUFFER_BYTES);
        this.listener = isServer
                ? TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tcp)
                : null;
    }

    static EventLoopGroup newGroup(int loopCount, ThreadKind loops) {
        var builder = EventLoopGroup.builder().loopCount(loopCount).name("asyncio-matrix");
        return (loops == ThreadKind.PLATFORM ? builder.platformThreads() : builder).build();
    }

    // What a protocol says

    /// Connects, or accepts, and shakes hands.
    abstract C open(Deadline deadline) throws Exception;

    /// The peer's share of the handshake.
    abstract void shakeHands() throws Exception;

    /// The first half of that.
    abstract void beginHandshake() throws Exception;

    abstract void endHandshake() throws Exception;

    /// The call that the point is about.
    ///
    /// @return [#END] at the peer's end
    abstract Object call(Deadline deadline) throws Exception;

    /// A call in the other direction that has to wait.
    abstract Object callOtherWay(Deadline deadline) throws Exception;

    /// Whether a write fails for one that was cut off before, rather than for what that ran into.
    boolean remembersCutWrite() {
        return true;
    }

    /// Whether that breaks the direction, too, in which the call was not.
    boolean breaksBothWays(FaultMatrixFault fault) {
        return hasHandshaken() && point != FaultMatrixPoint.CLOSING
                && (fault == FaultMatrixFault.RESETS || fault.endsLoop());
    }

    /// Does what comes before the call: has the peer send half of what that waits for, say, so that it is there.
    abstract void prepare() throws Exception;

    /// The peer does what the call waits for.
    abstract void sendRest() throws Exception;

    /// Asks for the value that a call returns then.
    abstract void check(Object value) throws Exception;

    /// The peer reads what our end has written, up to and with the whole of [#bulk].
    abstract void readBulk() throws Exception;

    /// Reads, wherever it is.
    abstract Object read(Deadline deadline) throws Exception;

    /// Asks whether our end may still send, as the protocol has it, once the peer's end has come.
    abstract void checkOutputAfterEnd() throws Exception;

    /// The peer ends its half as the protocol has it.
    abstract void sendEnd() throws Exception;

    /// The peer reads on to the end of what our end sends, which must come by no reset.
    ///
    /// @return what our end has said last, as the protocol has it
    abstract Object hearEnd() throws Exception;

    /// What our end says when it closes in order.
    abstract Object goodbye();

    /// What our end says when it closes because of that.
    abstract Object complaint(FaultMatrixFault fault);

    /// Bytes that are none of the protocol.
    abstract byte[] garbage();

    /// What a peer sends without end.
    ///
    /// @param start what comes first
    /// @param piece what comes again and again after that
    record Flood(byte[] start, byte[] piece) {}

    Flood newFlood() {
        throw new AssertionError("bytes are what a call waits for");
    }

    /// What our end says to garbage.
    abstract Class<? extends IOException> garbageFailure();

    /// What a call says when a timeout of ours has passed.
    Class<? extends IOException> timeoutFailure() {
        return SocketTimeoutException.class;
    }

    /// Asks whether a write that was cut off says rightly how much it has written.
    abstract void checkCutWrite(int byteCount);

    abstract boolean isOpen(C connection);

    abstract void close(C connection) throws Exception;

    abstract void abort(C connection) throws Exception;

    /// What a heap that is short has left.
    int shortHeapBytes() {
        return FaultMatrixShortage.SMALL_THINGS_BYTES;
    }

    // The way to a point

    /// Goes to where the point's call can begin.
    ///
    /// @param connectWaits whether a client finds the door shut; else it would not wait to be connected
    final void reach(boolean connectWaits) throws Exception {
        switch (point) {
            case CONNECTING -> {
                if (!isServer && connectWaits) {
                    door.shut();
                }
            }
            case HANDSHAKING -> {}
            default -> {
                var opening = start(() -> open(Deadline.never()));
                connectPeer();
                shakeHands();
                ours = opening.value();
                prepare();
            }
        }
    }

    /// Begins the point's call, on a thread of its own.
    final Waiting<Object> begin(Deadline deadline) throws Exception {
        if (point != FaultMatrixPoint.HANDSHAKING) {
            return start(() -> performInTime(deadline));
        }
        return isServer ? beginWithClient(deadline) : beginWithServer(deadline);
    }

    /// The client is there first: a call that waited to accept it might still do so when the fault comes.
    private Waiting<Object> beginWithClient(Deadline deadline) throws Exception {
        connectPeer();
        beginHandshake();
        return start(() -> performInTime(deadline));
    }

    /// A call whose deadline is near may be over before it has said a word; the peer then has nothing to answer.
    private Waiting<Object> beginWithServer(Deadline deadline) throws Exception {
        Waiting<Object> call = start(() -> performInTime(deadline));
        connectPeer();
        try {
            beginHandshake();
        } catch (EOFException | SocketException _) {
            call.untilEnded();
        }
        return call;
    }

    /// Begins it, and returns once it has taken what there was and waits for more.
    final Waiting<Object> beginAndPark() throws Exception {
        Waiting<Object> call = begin(Deadline.never()).untilParked();
        for (int i = 0; i < 4; i++) {
            awaitTurn();
        }
        return call.untilParked();
    }

    /// Fails, in place of whatever it comes to, before the deadline or a timeout of ours has passed that is to end it. What
    /// comes before the call and after it has its own time.
    private Object performInTime(Deadline deadline) throws Exception {
        long startNanos = System.nanoTime();
        try {
            return perform(deadline);
        } finally {
            var spent = Duration.ofNanos(System.nanoTime() - startNanos);
            boolean isTime = deadline.isNever() ? spent.compareTo(leastTime) >= 0 : deadline.isExpired();
            assertTrue(isTime, () -> "before its time, after " + spent);
        }
    }

    final Object perform(Deadline deadline) throws Exception {
        return switch (point) {
            case CONNECTING, HANDSHAKING -> ours = open(deadline);
            default -> call(deadline);
        };
    }

    /// The peer lets the call go on.
    final void letGoOn() throws Exception {
        switch (point) {
            case CONNECTING -> {
                if (peer == null) {
                    connectPeer();
                }
                shakeHands();
            }
            case HANDSHAKING -> endHandshake();
            case MID_WRITE -> readBulk();
            case CLOSING -> sendEnd();
            default -> sendRest();
        }
    }

    /// The same, on a thread of its own.
    final void letGoOnMeanwhile() {
        goingOn = Waiting.start(ThreadKind.PLATFORM, this::letGoOn);
    }

    /// Sees to it that it has done so.
    final void awaitGoneOn() throws Exception {
        if (goingOn == null) {
            letGoOn();
        } else {
            goingOn.value();
        }
    }

    /// What the point was about is over, and a thread comes to read.
    final Waiting<Object> readAfterwards() {
        point = FaultMatrixPoint.IDLE;
        return start(() -> perform(Waiting.patience()));
    }

    /// Whether a call that looks parked is: a platform thread that was unparked looks so until it runs.
    final boolean surelyWaits() {
        return caller == ThreadKind.VIRTUAL;
    }

    /// A call of ours, on a thread of its own.
    final <T> Waiting<T> start(Callable<T> call) {
        return Waiting.start(caller, call);
    }

    /// Whether there is something that the point's call can be tried on once more.
    final boolean hasWhatToCall() {
        return ours != null || below == null && isAccepting();
    }

    final boolean hasHandshaken() {
        return ours != null;
    }

    final boolean isOpen() {
        if (ours != null) {
            return isOpen(ours);
        }
        return below == null ? isAccepting() && listener.isOpen() : below.isOpen();
    }

    final boolean isAccepting() {
        return isServer && point == FaultMatrixPoint.CONNECTING;
    }

    /// What another thread of ours does to end it.
    final void closeOurs() throws Exception {
        if (point == FaultMatrixPoint.CLOSING) {
            abort(ours); // one close at a time waits for the peer; this is the one that does not
        } else if (ours != null) {
            close(ours);
        } else if (isAccepting()) {
            listener.close();
        } else {
            below.close();
        }
    }

    static ByteBuffer newBulk() {
        return BULK.duplicate();
    }

    /// In pieces: there may be no memory for all of it.
    static void checkBulk(InputStream received) throws IOException {
        for (int i = 0; i < BULK_BYTES; i += BULK_PIECE.length) {
            assertEquals(BULK_PIECE.length, received.readNBytes(BULK_PIECE, 0, BULK_PIECE.length));
            assertEquals(-1, Arrays.mismatch(
                    BULK_CONTENTS, i, i + BULK_PIECE.length, BULK_PIECE, 0, BULK_PIECE.length));
        }
    }

    // TCP

    final TcpStream openTcp(Deadline deadline) throws IOException {
        below = isServer ? listener.accept(deadline) : TcpStream.connect(address(), tcp, deadline);
        return below;
    }

    final InetSocketAddress address() {
        return isServer ? listener.localAddress() : door.address();
    }

    final void connectPeer() throws IOException {
        if (isServer) {
            peer = new Socket();
            peer.setReceiveBufferSize(SYSTEM_BUFFER_BYTES);
            peer.connect(listener.localAddress());
        } else {
            peer = door.open();
        }
        peer.setTcpNoDelay(true);
        peer.setSoTimeout((int) Waiting.PATIENCE.toMillis());
    }

    final void resetPeer() throws IOException {
        if (point == FaultMatrixPoint.CONNECTING && !isServer) {
            door.close(); // the system answers the next attempt with a reset
        } else {
            peer.setSoLinger(true, 0);
            peer.close();
        }
    }

    final void sendGarbage() throws IOException {
        try {
            peer.getOutputStream().write(garbage());
        } catch (SocketException _) {
            // Our end has seen enough.
        }
    }

    /// The peer sends without end, to the end of the connection.
    final void flood() throws IOException {
        Flood flood = newFlood();
        peer.setSendBufferSize(SYSTEM_BUFFER_BYTES);
        flooding = Waiting.start(ThreadKind.VIRTUAL, () -> sendWithoutEnd(flood));
    }

    private void sendWithoutEnd(Flood flood) throws IOException {
        OutputStream to = peer.getOutputStream();
        to.write(flood.start);
        while (true) {
            to.write(flood.piece);
            floodedBytes += flood.piece.length;
        }
    }

    final boolean isFlooded() {
        return flooding != null;
    }

    /// Returns once our end has read of it: more has gone out than the systems hold.
    final void awaitFlood() {
        Waiting.await("our end to read", () -> floodedBytes > BULK_BYTES);
    }

    /// The peer takes in that our end has had enough of it, for which that waits.
    final void takeNotice() {
        hearing = Waiting.start(ThreadKind.VIRTUAL, () -> {
            try {
                return hearEnd();
            } finally {
                peer.close();
            }
        });
    }

    /// Asks whether the peer was told why our end has closed; that may have had the word out before the fault came.
    final void checkTold(FaultMatrixFault fault) throws Exception {
        boolean isInOrder = hasHandshaken() && (point == FaultMatrixPoint.CLOSING || fault == FaultMatrixFault.CLOSES);
        assertEquals(isInOrder ? goodbye() : complaint(fault), heard());
    }

    /// Asks whether the peer was told that our end closes.
    final void checkGoodbye() throws Exception {
        assertEquals(goodbye(), heard());
    }

    private Object heard() throws Exception {
        return hearing == null ? hearEnd() : hearing.value();
    }

    /// Reads on until the connection's end has come to the peer, if there is one, by whatever way.
    final void awaitEndAtPeer() throws IOException {
        if (hearing != null) {
            hearing.untilEnded();
        } else if (peer != null) {
            RawPeer.awaitEnd(peer);
        }
    }

    // What all that is in the process have in common

    final void endure(FaultMatrixShortage.Kind what) {
        shortage = new FaultMatrixShortage(what, shortHeapBytes());
    }

    final void endShortage() throws IOException {
        if (shortage != null) {
            shortage.close();
        }
    }

    /// Has the loop run into an error, as a lack of memory would be one.
    final void failLoop() {
        FailingLoop.fail(loops.getFirst());
    }

    final void failOtherLoop() {
        FailingLoop.end(loops.getLast());
    }

    /// Returns once the connection's loop has done what it was to do before; fails if it has ended.
    final void awaitTurn() throws InterruptedException {
        LoopTurn.await(loops.getFirst());
    }

    /// The peer first, so that no close of ours waits for it; the loops last, since their end ends whatever registration
    /// was forgotten.
    @Override
    public void close() throws Exception {
        try {
            closeEnds();
            Waiting.await("the registrations to end", () -> group.loops().stream()
                    .map(EventLoop::statistics)
                    .allMatch(statistics -> statistics.registrationCount() == 0));
        } finally {
            group.close();
        }
    }

    private void closeEnds() throws Exception {
        endShortage();
        if (peer != null) {
            peer.close();
        }
        if (flooding != null) {
            flooding.failure(IOException.class);
        }
        if (ours != null) {
            close(ours);
        }
        if (isServer) {
            listener.close();
        } else {
            door.close();
        }
    }
}
