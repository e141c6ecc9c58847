package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.buffers.InputBuffer;
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
            input.await(deadline);
            if (!input.read(deadline)) {
                throw new EOFException("handshake on " + input + ": the stream ended "
                        + (parser.headBytes() == 0 ? "before a head" : "within a head"));
            }
            head = parser.feed(input.bytes());
        }
        return head;
    }
}
