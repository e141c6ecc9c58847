package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Reads lines of text from a stream, and raw bytes behind them. Ends of line are LF and CR LF.
///
/// What was read ahead of a line stays in here and is never lost: a call that ends by its deadline or an interrupt can
/// be made again. For one thread at a time. The stream stays the caller's to close.
public final class LineReader {

    private static final int INITIAL_BYTES = 512;

    /// No JDK makes an array of quite as many bytes as an int can count.
    private static final int MAX_LINE_BYTES = Integer.MAX_VALUE - 64;

    private final ByteStream stream;
    private final int maxLineBytes;
    private final Charset charset;

    /// Between position and limit: read from the stream and not handed out yet.
    private ByteBuffer buffer;

    /// How many bytes from the buffer's position on are known to hold no LF.
    private int searchedBytes;

    /// Reads UTF-8.
    ///
    /// @param stream where lines come from
    /// @param maxLineBytes the longest line allowed, its end not counted
    /// @throws IllegalArgumentException if the limit is less than 1, or more than an array has room for
    public LineReader(ByteStream stream, int maxLineBytes) {
        this(stream, maxLineBytes, StandardCharsets.UTF_8);
    }

    /// Reads another character set, in which LF and CR are single bytes as in ASCII and part of nothing else.
    ///
    /// @param stream where lines come from
    /// @param maxLineBytes the longest line allowed, its end not counted
    /// @param charset how lines are encoded
    /// @throws IllegalArgumentException if the limit is less than 1, or more than an array has room for; or if ends of line
    ///     are not as in ASCII there, UTF-16 for one
    public LineReader(ByteStream stream, int maxLineBytes, Charset charset) {
        if (maxLineBytes < 1 || maxLineBytes > MAX_LINE_BYTES) {
            throw new IllegalArgumentException(
                    "line reader: expected a limit of 1 to " + MAX_LINE_BYTES + " bytes, got " + maxLineBytes);
        }
        if (!charset.decode(ByteBuffer.wrap(new byte[] {'\r', '\n'})).toString().equals("\r\n")) {
            throw new IllegalArgumentException("line reader: expected ends of line as in ASCII, got " + charset);
        }
        this.stream = Objects.requireNonNull(stream);
        this.maxLineBytes = maxLineBytes;
        this.charset = charset;
        this.buffer = ByteBuffer.allocate(Math.min(INITIAL_BYTES, maxLineBytes + 2)).flip();
    }

    /// Waits for a whole line.
    ///
    /// @param deadline when to give up
    /// @return the line without its end; null at the stream's end. A last line without an end counts as a line
    /// @throws LineTooLongException if the line is longer than the limit; it stays where it is
    /// @throws java.nio.charset.CharacterCodingException if the line is not of the character set; it is skipped
    /// @throws IOException as [ByteStream#read(ByteBuffer, Deadline)] has it; nothing that was read is lost
    public String readLine(Deadline deadline) throws IOException {
        return readLine(dst -> stream.read(dst, deadline));
    }

    /// Like [#readLine(Deadline)] with the stream's own read timeout for each wait.
    ///
    /// @return the line without its end; null at the stream's end
    /// @throws IOException like [#readLine(Deadline)]
    public String readLine() throws IOException {
        return readLine(stream::read);
    }

    /// Hands out what was read ahead, and only then waits for more: for raw bytes that follow lines.
    ///
    /// @param dst where the bytes go
    /// @param deadline when to give up
    /// @return like [ByteStream#read(ByteBuffer, Deadline)]
    /// @throws IOException like [ByteStream#read(ByteBuffer, Deadline)]
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        if (!buffer.hasRemaining()) {
            return stream.read(dst, deadline);
        }
        int count = Math.min(buffer.remaining(), dst.remaining());
        dst.put(buffer.slice(buffer.position(), count));
        consume(count);
        return count;
    }

    @FunctionalInterface
    private interface Source {
        int read(ByteBuffer dst) throws IOException;
    }

    private String readLine(Source source) throws IOException {
        while (true) {
            int lineBytes = searchLineEnd();
            if (lineBytes >= 0) {
                return takeLine(lineBytes, 1);
            }
            if (isTooLong()) {
                throw tooLong();
            }
            if (fill(source) == -1) {
                return buffer.hasRemaining() ? takeLine(buffer.remaining(), 0) : null;
            }
        }
    }

    /// How many bytes stand before the next LF; -1 if none is at hand.
    private int searchLineEnd() {
        for (int i = searchedBytes; i < buffer.remaining(); i++) {
            if (buffer.get(buffer.position() + i) == '\n') {
                return i;
            }
        }
        searchedBytes = buffer.remaining();
        return -1;
    }

    /// Without an LF so far. One byte over the limit may still be the CR of its end.
    private boolean isTooLong() {
        int excessBytes = buffer.remaining() - maxLineBytes;
        return excessBytes > 1 || excessBytes == 1 && buffer.get(buffer.limit() - 1) != '\r';
    }

    private String takeLine(int byteCount, int endBytes) throws IOException {
        boolean hasCarriageReturn =
                endBytes > 0 && byteCount > 0 && buffer.get(buffer.position() + byteCount - 1) == '\r';
        int textBytes = hasCarriageReturn ? byteCount - 1 : byteCount;
        if (textBytes > maxLineBytes) {
            throw tooLong();
        }
        ByteBuffer text = buffer.slice(buffer.position(), textBytes);
        consume(byteCount + endBytes);
        return charset.newDecoder().decode(text).toString();
    }

    private void consume(int byteCount) {
        buffer.position(buffer.position() + byteCount);
        searchedBytes = 0;
    }

    private int fill(Source source) throws IOException {
        makeRoom();
        ByteBuffer room = buffer.duplicate().limit(buffer.capacity()).position(buffer.limit());
        try {
            return source.read(room);
        } finally {
            buffer.limit(room.position());
        }
    }

    /// Moves what is at hand to the front, into a larger buffer if it fills this one.
    private void makeRoom() {
        if (buffer.remaining() == buffer.capacity()) {
            int larger = (int) Math.min(2L * buffer.capacity(), maxLineBytes + 2L);
            buffer = ByteBuffer.allocate(larger).put(buffer).flip();
        } else if (buffer.limit() == buffer.capacity() || !buffer.hasRemaining()) {
            buffer.compact().flip();
        }
    }

    private LineTooLongException tooLong() {
        return new LineTooLongException("read from " + stream + ": line of more than " + maxLineBytes + " bytes");
    }
}
