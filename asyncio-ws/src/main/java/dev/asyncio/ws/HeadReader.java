package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.ws.handshake.HeadParser;
import dev.asyncio.ws.handshake.HttpHead;
import java.io.EOFException;
import java.io.IOException;

/// Waits for a head to come.
final class HeadReader {

    private HeadReader() {}

    /// @param input what comes behind the head stays in it
    static <H extends HttpHead> H read(InputBuffer input, HeadParser<H> parser, Deadline deadline) throws IOException {
        H head = parser.feed(input.bytes());
        while (head == null) {
            if (!input.fill(deadline)) {
                throw new EOFException("the peer's stream ended "
                        + (parser.headBytes() == 0 ? "before a handshake" : "within a handshake"));
            }
            head = parser.feed(input.bytes());
        }
        return head;
    }
}
