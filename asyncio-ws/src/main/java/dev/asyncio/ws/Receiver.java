package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.ws.frame.FrameException;
import dev.asyncio.ws.frame.FrameHeader;
import dev.asyncio.ws.frame.Masking;
import dev.asyncio.ws.frame.MessageInflater;
import dev.asyncio.ws.frame.Opcode;
import dev.asyncio.ws.frame.Overflow;
import dev.asyncio.ws.frame.Utf8Validator;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/// Reads frames and makes messages of them. Can stop for a deadline or an interrupt at any byte, and goes on there with
/// the next call. For one thread at a time.
///
/// A message of one frame that fits into the input buffer is unmasked where it is and lent from there. Others are put
/// together in a buffer of their own.
final class Receiver {

    /// What the connection does about things that are no messages.
    interface Events {

        /// Before the receiver may have to wait: what was held back has to go out now.
        void beforeWait() throws IOException;

        void onPing(ByteBuffer payload) throws IOException;

        void onPong(ByteBuffer payload) throws IOException;

        /// The peer's close frame; nothing follows it.
        void onClose(ByteBuffer payload) throws IOException;

        /// A message is lost, of which part was taken: nothing can be received any more.
        void onLoss();
    }

    private static final int FIRST_ASSEMBLY_BYTES = 4 * 1024;

    /// Of a message that is read as it comes, so much is inflated at once, since each byte may become a thousand.
    private static final int INFLATED_AT_ONCE_BYTES = 1024;

    /// So many compressed bytes may come for each that is allowed, and for a few more. Whoever flushes behind each byte,
    /// and does not even compress, sends eleven; whoever sends more than this has nothing to say.
    private static final int MAX_DEFLATED_BYTES_EACH = 16;

    private static final int FEW_MORE_BYTES = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InputBuffer input;
    private final Events events;
    private final FrameHeader header;

    /// Null where no compression was agreed on.
    private final MessageInflater inflater;

    /// Null where silence is no matter.
    private final KeepAlive keepAlive;

    private final int maxMessageBytes;
    private final MessageView view = new MessageView();

    /// Between a frame's header and the end of its payload.
    private boolean isInFrame;

    /// Of the frame's payload, not used up yet.
    private long payloadLeft;

    /// So much of the payload at the input's position is unmasked, and checked if it is plain text.
    private int clearBytes;

    /// Goes with the payload's first byte that is still masked.
    private int key;

    /// [Opcode#TEXT] or [Opcode#BINARY], from a message's first header to its end; null between messages.
    private Opcode message;

    /// Of the message: its last frame has begun, or ended.
    private boolean isLastFrame;

    /// The peer's close frame has come, behind which nothing counts (5.5.1).
    private boolean isEnded;

    private boolean isCompressed;

    /// Of the message: all of its text that has come is ASCII, and not even [#utf8] has seen it.
    private boolean isAscii;

    /// Null until a text comes that is more than ASCII.
    private Utf8Validator utf8;

    /// What has come of a message that cannot be lent from the input, up to the position; null where there is none.
    private ByteBuffer assembly;

    /// The message that is read in pieces has come to its end, which [#readPiece] has yet to say. The next may have begun
    /// by then: whoever waits for a pong or a close reads on.
    private boolean isEndDue;

    Receiver(InputBuffer input, Events events, FrameHeader header, MessageInflater inflater, KeepAlive keepAlive,
            int maxMessageBytes) {
        this.input = input;
        this.events = events;
        this.header = header;
        this.inflater = inflater;
        this.keepAlive = keepAlive;
        this.maxMessageBytes = Math.min(maxMessageBytes, Overflow.MAX_BYTES);
    }

    /// Ends the loan of the last message, and waits until there is something to read, unless something is at hand. To be
    /// called before a message is received: that would wait in a deeper place, and the stack that an idle connection's
    /// thread keeps would be twice as large (IdleCost).
    void awaitFrame(Deadline deadline) throws IOException {
        takeBack();
        if (!isInFrame && !input.bytes().hasRemaining()) {
            awaitInput(deadline);
        }
    }

    /// Waits for a whole message.
    ///
    /// @return lent until the next call of any method here; null at the peer's close frame
    MessageView receive(Deadline deadline) throws IOException {
        takeBack();
        while (beginDataFrame(deadline)) {
            checkSize();
            if (isWholeMessage()) {
                return lendFromInput(deadline);
            }
            assemble(deadline);
            if (endFrame()) {
                return lendAssembly();
            }
            requireTime(deadline);
        }
        return null;
    }

    /// Waits for the next message to begin.
    ///
    /// @return its opcode; null at the peer's close frame
    Opcode beginMessage(Deadline deadline) throws IOException {
        takeBack();
        return beginDataFrame(deadline) ? message : null;
    }

    /// Has the message that has begun read by [#readPiece], and no longer by [#receive].
    void beginPieces() {
        if (assembly != null) {
            assembly.flip(); // begun by a receive that was cut off: what it has put together comes first
        }
    }

    /// Reads on in the message that has begun.
    ///
    /// @param dst has room
    /// @return how many bytes, at least one; -1 at the message's end
    int readPiece(ByteBuffer dst, Deadline deadline) throws IOException {
        while (true) {
            if (assembly != null && assembly.hasRemaining()) {
                int count = copy(assembly, dst, assembly.remaining());
                assembly.position(assembly.position() + count);
                return count;
            }
            if (isEndDue) {
                isEndDue = false;
                assembly = null;
                return -1;
            }
            if (isEnded || !beginDataFrame(deadline)) {
                throw new EOFException("receive on " + input + ": the peer closed the WebSocket within a message");
            }
            int available = payloadLeft == 0 ? 0 : awaitPayload(deadline);
            int count = 0;
            if (isCompressed) {
                inflatePiece(Math.min(available, INFLATED_AT_ONCE_BYTES));
            } else {
                count = copy(input.bytes(), dst, available);
                use(count);
            }
            if (payloadLeft == 0 && endFrame()) {
                checkTextEnd();
                message = null;
                isEndDue = true;
            }
            if (count > 0) {
                return count;
            }
            if (!isEndDue) {
                requireTime(deadline);
            }
        }
    }

    /// Whether a data frame has begun, so that no control frame can be read before that is received.
    boolean isInDataFrame() {
        return isInFrame && !header.opcode().isControl();
    }

    /// Deals with one control frame, unless a data frame comes first.
    ///
    /// @return false if a data frame has begun, which is left for a receive
    boolean readControlFrame(Deadline deadline) throws IOException {
        if (!isInFrame) {
            readHeader(deadline);
        }
        if (header.opcode().isControl()) {
            takeControlFrame(deadline);
            return true;
        }
        return false;
    }

    /// Throws away what comes of the data frame that has begun.
    void skipData(Deadline deadline) throws IOException {
        if (payloadLeft > 0) {
            use(awaitPayload(deadline));
        }
        if (payloadLeft == 0 && endFrame()) {
            message = null;
        }
    }

    /// Whether a whole frame is at hand, so that the next receive need not wait for it. A look at its length only:
    /// whether the frame is in order shows when it is read.
    boolean hasFrameAtHand() {
        ByteBuffer bytes = input.bytes();
        int available = bytes.remaining();
        if (isInFrame || available < 2) {
            return false;
        }
        int second = bytes.get(bytes.position() + 1);
        int shortLength = second & 0x7F;
        int maskBytes = second < 0 ? Integer.BYTES : 0;
        if (shortLength < 126) {
            return available >= 2 + maskBytes + shortLength;
        }
        return shortLength == 126
                && available >= 4
                && available >= 4 + maskBytes + Short.toUnsignedInt(bytes.getShort(bytes.position() + 2));
    }

    /// Ends the loan of the last message.
    void takeBack() {
        view.clear();
        input.takeBack();
    }

    /// Reads headers, and deals with control frames, until a data frame has begun; false at the peer's close.
    private boolean beginDataFrame(Deadline deadline) throws IOException {
        while (true) {
            if (!isInFrame) {
                readHeader(deadline);
            }
            if (!header.opcode().isControl()) {
                return true;
            }
            takeControlFrame(deadline);
            if (header.opcode() == Opcode.CLOSE) {
                return false;
            }
            requireTime(deadline);
        }
    }

    /// A peer whose frames or blocks come without end, and never make a message, must not hold a receive beyond its
    /// deadline.
    private void requireTime(Deadline deadline) throws InterruptedIOException {
        if (deadline.isExpired()) {
            throw new SocketTimeoutException("receive on " + input + ": deadline passed before a message was whole");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("receive on " + input + ": interrupted before a message was whole");
        }
    }

    private void readHeader(Deadline deadline) throws IOException {
        while (!header.read(input.bytes())) {
            fill(deadline);
        }
        if (!header.opcode().isControl()) {
            beginFrameOfMessage();
        }
        isInFrame = true;
        payloadLeft = header.payloadBytes();
        clearBytes = 0;
        key = header.maskKey();
        input.expect((int) Math.min(payloadLeft, InputBuffer.MAX_BYTES));
    }

    /// 5.4: a message's first frame has its opcode, those that follow continue it.
    private void beginFrameOfMessage() throws FrameException {
        if (header.opcode() == Opcode.CONTINUATION) {
            if (message == null) {
                throw FrameException.protocolError("CONTINUATION frame, but no message has begun");
            }
        } else {
            if (message != null) {
                throw FrameException.protocolError(header.opcode() + " frame within a message, expected CONTINUATION");
            }
            message = header.opcode();
            isCompressed = header.isCompressed();
            isAscii = true;
        }
        isLastFrame = header.isFinal();
    }

    private void takeControlFrame(Deadline deadline) throws IOException {
        while (clearPayload() < payloadLeft) {
            fill(deadline);
        }
        ByteBuffer bytes = input.bytes();
        ByteBuffer payload = bytes.slice(bytes.position(), (int) payloadLeft);
        use((int) payloadLeft);
        isInFrame = false;
        switch (header.opcode()) {
            case PING -> events.onPing(payload);
            case PONG -> events.onPong(payload);
            default -> {
                isEnded = true;
                events.onClose(payload);
            }
        }
    }

    /// What is promised is refused before it comes. Compressed data is limited once more where it is inflated.
    private void checkSize() throws FrameException {
        if (isCompressed) {
            long maxBytes = MAX_DEFLATED_BYTES_EACH * ((long) FEW_MORE_BYTES + maxMessageBytes);
            if (payloadLeft > maxBytes - inflater.takenBytes()) {
                throw FrameException.tooBig("message: expected at most " + maxBytes + " bytes compressed, got more");
            }
        } else if (payloadLeft > maxMessageBytes - (assembly == null ? 0 : assembly.position())) {
            throw tooBig();
        }
    }

    private FrameException tooBig() {
        return FrameException.tooBig("message: expected at most " + maxMessageBytes + " bytes, got more");
    }

    private boolean isWholeMessage() {
        return assembly == null && isLastFrame && !isCompressed && payloadLeft <= InputBuffer.MAX_BYTES;
    }

    private MessageView lendFromInput(Deadline deadline) throws IOException {
        while (clearPayload() < payloadLeft) {
            fill(deadline);
        }
        checkTextEnd();
        ByteBuffer lent = input.lend((int) payloadLeft);
        isInFrame = false;
        return endMessage(lent);
    }

    private MessageView lendAssembly() throws IOException {
        checkTextEnd();
        ByteBuffer lent = assembly.flip();
        assembly = null;
        return endMessage(lent);
    }

    private MessageView endMessage(ByteBuffer lent) {
        Opcode kind = message;
        message = null;
        return kind == Opcode.TEXT ? view.text(lent, isAscii) : view.binary(lent);
    }

    /// Takes in the whole of the frame, or what comes of it until the deadline.
    private void assemble(Deadline deadline) throws IOException {
        if (assembly == null) {
            assembly = ByteBuffer.allocate(Math.min(FIRST_ASSEMBLY_BYTES, maxMessageBytes));
        }
        while (payloadLeft > 0) {
            int count = awaitPayload(deadline);
            if (isCompressed) {
                inflate(atHand(count), false, this::enlarge);
                use(count);
                if (payloadLeft > 0) {
                    requireTime(deadline); // what comes may inflate to nothing, and so reach no limit
                }
            } else {
                reserve(count);
                copy(input.bytes(), assembly, count);
                use(count);
            }
        }
        if (isCompressed && isLastFrame) {
            inflate(NOTHING, true, this::enlarge);
        }
    }

    private ByteBuffer atHand(int byteCount) {
        ByteBuffer bytes = input.bytes();
        return bytes.slice(bytes.position(), byteCount);
    }

    private void inflate(ByteBuffer part, boolean isLast, Overflow overflow) throws IOException {
        int start = assembly.position();
        try {
            assembly = inflater.inflate(part, isLast, assembly, overflow);
            checkText(assembly, start, assembly.position());
        } catch (RuntimeException | Error e) { // no memory: what the inflater has taken it does not give back
            events.onLoss();
            throw e;
        }
    }

    private void reserve(int byteCount) throws FrameException {
        while (assembly.remaining() < byteCount) {
            assembly = enlarge(assembly);
        }
    }

    private ByteBuffer enlarge(ByteBuffer full) throws FrameException {
        if (full.capacity() >= maxMessageBytes) {
            throw tooBig();
        }
        int capacity = (int) Math.min(2L * full.capacity(), maxMessageBytes);
        return ByteBuffer.allocate(capacity).put(full.flip());
    }

    /// Inflates what comes next of a message that is read as it comes. What wants memory comes first: the assembly, once
    /// cleared, would pass for content.
    private void inflatePiece(int byteCount) throws IOException {
        ByteBuffer part = atHand(byteCount);
        Overflow overflow = Overflow::grow;
        assembly = assembly == null ? ByteBuffer.allocate(FIRST_ASSEMBLY_BYTES) : assembly.clear();
        if (byteCount > 0) {
            inflate(part, false, overflow);
            use(byteCount);
        }
        if (payloadLeft == 0 && isLastFrame) {
            inflate(NOTHING, true, overflow);
        }
        assembly.flip();
    }

    /// From the position of `src`, which does not move.
    private static int copy(ByteBuffer src, ByteBuffer dst, int byteCount) {
        int count = Math.min(byteCount, dst.remaining());
        dst.put(dst.position(), src, src.position(), count);
        dst.position(dst.position() + count);
        return count;
    }

    /// Whether the frame that is used up was the last of its message.
    private boolean endFrame() {
        isInFrame = false;
        return isLastFrame;
    }

    /// Waits until some payload is at hand, unmasked and checked; how much.
    private int awaitPayload(Deadline deadline) throws IOException {
        int count = clearPayload();
        while (count == 0) {
            fill(deadline);
            count = clearPayload();
        }
        return count;
    }

    /// Unmasks and checks what is at hand of the payload; how much that is in all.
    private int clearPayload() throws FrameException {
        ByteBuffer bytes = input.bytes();
        int available = (int) Math.min(bytes.remaining(), payloadLeft);
        if (available > clearBytes) {
            clear(bytes, bytes.position() + clearBytes, bytes.position() + available);
            clearBytes = available;
        }
        return available;
    }

    private void clear(ByteBuffer bytes, int from, int to) throws FrameException {
        boolean isPlainText = message == Opcode.TEXT && !isCompressed && !header.opcode().isControl();
        try {
            if (key != 0) {
                boolean isAsciiRange = Masking.applyInPlace(bytes, from, to, key);
                key = Masking.rotate(key, to - from);
                if (isPlainText && !(isAsciiRange && isTextComplete())) {
                    checkText(bytes, from, to);
                }
            } else if (isPlainText) {
                checkText(bytes, from, to);
            }
        } catch (RuntimeException | Error e) { // no memory: what is unmasked already would be so once more
            events.onLoss();
            throw e;
        }
    }

    /// 8.1: on the first byte that cannot be text, not at the message's end.
    private void checkText(ByteBuffer bytes, int from, int to) throws FrameException {
        if (message != Opcode.TEXT || isAscii && Masking.isAscii(bytes, from, to)) {
            return;
        }
        if (isAscii) {
            isAscii = false;
            if (utf8 == null) {
                utf8 = new Utf8Validator();
            }
            utf8.reset();
        }
        if (!utf8.accept(bytes, from, to)) {
            throw FrameException.invalidData("text that is not UTF-8");
        }
    }

    private void checkTextEnd() throws FrameException {
        if (message == Opcode.TEXT && !isTextComplete()) {
            throw FrameException.invalidData("text that ends within a character");
        }
    }

    private boolean isTextComplete() {
        return isAscii || utf8.isComplete();
    }

    private void use(int byteCount) {
        ByteBuffer bytes = input.bytes();
        bytes.position(bytes.position() + byteCount);
        payloadLeft -= byteCount;
        clearBytes -= byteCount;
    }

    private void fill(Deadline deadline) throws IOException {
        awaitInput(deadline);
        boolean isMore = keepAlive == null ? input.read(deadline) : readKeepingAlive(deadline);
        if (!isMore) {
            throw new EOFException("receive on " + input + ": the stream ended without a close frame");
        }
    }

    private void awaitInput(Deadline deadline) throws IOException {
        events.beforeWait();
        if (keepAlive == null) {
            input.await(deadline);
        } else {
            awaitInputKeepingAlive(deadline);
        }
    }

    private void awaitInputKeepingAlive(Deadline deadline) throws IOException {
        keepAlive.beginWait();
        while (!input.await(deadline.earlierOf(keepAlive.nextCheck()))) {
            if (deadline.isExpired() || Thread.currentThread().isInterrupted()) {
                return; // a read says so, or takes what has come all the same
            }
            requireSignOfLife();
        }
    }

    /// Most likely does not wait. But where the last read filled all its room, nobody knows that more has come, and the
    /// peer may have fallen silent.
    private boolean readKeepingAlive(Deadline deadline) throws IOException {
        while (true) {
            try {
                boolean isMore = input.read(deadline.earlierOf(keepAlive.nextCheck()));
                keepAlive.heard();
                return isMore;
            } catch (SocketTimeoutException e) {
                requireSignOfLife(); // also for those who never wait
                if (deadline.isExpired()) {
                    throw e;
                }
            }
        }
    }

    private void requireSignOfLife() throws IOException {
        try {
            keepAlive.check();
        } catch (SocketException e) {
            var dead = new SocketException("receive on " + input + ": " + e.getMessage());
            dead.initCause(e);
            throw dead;
        }
    }
}
