package dev.asyncio.ws.handshake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads one head from bytes that come in pieces of any size, as strictly as RFC 9112 allows: what two readers could
/// understand in two ways is refused. A byte is looked at when it comes and once more in its line, never again, so slow
/// or hostile pieces cost no more than others. For one thread at a time.
///
/// @param <H> the kind of head
public final class HeadParser<H extends HttpHead> {

    /// The longest head that is read, where nobody says otherwise: 16 KiB.
    public static final int DEFAULT_MAX_HEAD_BYTES = 16 * 1024;

    /// The most header fields that are read, where nobody says otherwise.
    public static final int DEFAULT_MAX_FIELD_COUNT = 100;

    private static final int INITIAL_LINE_BYTES = 256;

    private final String kind;
    private final StartLine.Reader<H> startLineReader;
    private final int maxHeadBytes;
    private final int maxFieldCount;

    private final List<Headers.Field> fields = new ArrayList<>();

    /// Null until the first line has come.
    private StartLine<H> startLine;

    /// The line that is coming, without its end.
    private byte[] line = new byte[INITIAL_LINE_BYTES];
    private int lineBytes;
    private boolean isAfterCarriageReturn;

    private int lineNumber = 1;
    private int headBytes;
    private boolean isComplete;

    private HeadParser(String kind, StartLine.Reader<H> startLineReader, int maxHeadBytes, int maxFieldCount) {
        if (maxHeadBytes < 1 || maxFieldCount < 0) {
            throw new IllegalArgumentException("limits of a head: expected 1 byte and 0 fields or more, got "
                    + maxHeadBytes + " bytes and " + maxFieldCount + " fields");
        }
        this.kind = kind;
        this.startLineReader = startLineReader;
        this.maxHeadBytes = maxHeadBytes;
        this.maxFieldCount = maxFieldCount;
    }

    /// Reads the head of a request.
    ///
    /// @param maxHeadBytes the longest head allowed, everything counted
    /// @param maxFieldCount the most header fields allowed
    /// @return a parser for one head
    public static HeadParser<HttpHead.Request> forRequest(int maxHeadBytes, int maxFieldCount) {
        return new HeadParser<>("request", StartLine::ofRequest, maxHeadBytes, maxFieldCount);
    }

    /// Reads the head of a response.
    ///
    /// @param maxHeadBytes the longest head allowed, everything counted
    /// @param maxFieldCount the most header fields allowed
    /// @return a parser for one head
    public static HeadParser<HttpHead.Response> forResponse(int maxHeadBytes, int maxFieldCount) {
        return new HeadParser<>("response", StartLine::ofResponse, maxHeadBytes, maxFieldCount);
    }

    /// Takes bytes up to the end of the head.
    ///
    /// @param bytes the caller's; when the head is complete, its position is exactly behind it, else at its limit
    /// @return the head; null if there is more to come
    /// @throws HandshakeException if this is no such head or it is over a limit; the parser is of no further use
    /// @throws IllegalStateException if the head was complete already
    public H feed(ByteBuffer bytes) throws HandshakeException {
        if (isComplete) {
            throw new IllegalStateException(kind + " head: complete already");
        }
        while (bytes.hasRemaining()) {
            take(bytes.get());
            if (isComplete) {
                return startLine.with(new Headers(fields));
            }
        }
        return null;
    }

    /// How many bytes have been taken: tells a peer that never said a word from one that left in the middle.
    ///
    /// @return a number of bytes
    public int headBytes() {
        return headBytes;
    }

    private void take(byte b) throws HandshakeException {
        if (headBytes == maxHeadBytes) {
            throw headTooLong();
        }
        headBytes++;
        if (isAfterCarriageReturn != (b == '\n')) {
            // RFC 9112, section 2.2: a line could be taken to end at either of them, so neither may stand alone.
            throw malformed(b == '\n' ? "LF without CR" : "CR without LF");
        }
        if (b == '\n') {
            isAfterCarriageReturn = false;
            endLine(new String(line, 0, lineBytes, StandardCharsets.ISO_8859_1));
            lineBytes = 0;
            lineNumber++;
        } else if (b == '\r') {
            isAfterCarriageReturn = true;
        } else if (Grammar.isTextCharacter(b & 0xFF)) {
            append(b);
        } else {
            // Said at once and not at the line's end: whoever speaks another protocol, TLS for one, waits for us now.
            throw malformed("control character " + b);
        }
    }

    private void append(byte b) {
        if (lineBytes == line.length) {
            line = Arrays.copyOf(line, 2 * line.length);
        }
        line[lineBytes++] = b;
    }

    private void endLine(String text) throws HandshakeException {
        if (startLine == null) {
            // RFC 9112, section 2.2: one empty line before a request is forgiven.
            if (!text.isEmpty() || lineNumber > 1 || kind.equals("response")) {
                startLine = startLineReader.read(text);
            }
        } else if (text.isEmpty()) {
            isComplete = true;
        } else {
            addField(text);
        }
    }

    /// RFC 9112, section 5: `field-name ":" OWS field-value OWS`.
    private void addField(String text) throws HandshakeException {
        if (Grammar.isSpace(text.charAt(0))) {
            throw malformed("header field folded over two lines");
        }
        int colon = text.indexOf(':');
        if (colon == -1) {
            throw malformed("header field without a colon");
        }
        String name = text.substring(0, colon);
        if (!Grammar.isToken(name)) {
            // 5.1: also a name with a space before the colon, which some would read as the name without it.
            throw malformed("header field name " + Grammar.quote(name) + " is no token");
        }
        if (fields.size() == maxFieldCount) {
            throw new HandshakeException(431, kind + " head: more than " + maxFieldCount + " header fields");
        }
        fields.add(new Headers.Field(name, text.substring(colon + 1)));
    }

    private HandshakeException malformed(String what) {
        String message = kind + " head, line " + lineNumber + ": " + what;
        return kind.equals("response")
                ? HandshakeException.badResponse(message)
                : HandshakeException.badRequest(message);
    }

    /// RFC 9112, section 3: a first line that does not end is a target too long.
    private HandshakeException headTooLong() {
        return new HandshakeException(startLine == null ? 414 : 431,
                kind + " head: more than " + maxHeadBytes + " bytes");
    }
}
