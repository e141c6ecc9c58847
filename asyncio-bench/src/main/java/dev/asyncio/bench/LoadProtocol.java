package dev.asyncio.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// What a [LoadGenerator] speaks on each of its connections: what comes first and last, and what each message is
/// wrapped in.
interface LoadProtocol {

    /// Does what comes before the first message, on a channel in blocking mode.
    void begin(SocketChannel channel) throws IOException;

    /// What every message carries. Its first eight bytes are overwritten by a number of seven bits a byte.
    byte[] newPayload(int messageBytes);

    /// What goes before one payload on its way to the server.
    Header requestHeader(int messageBytes);

    /// What comes before each payload on its way back.
    byte[] replyHeader(int messageBytes);

    /// Asks the server to end the connection, on a channel in non-blocking mode.
    void end(SocketChannel channel) throws IOException;

    /// The first bytes of a frame, and the key that its payload is masked with; 0 if it is not masked.
    record Header(byte[] bytes, int maskingKey) {}
}
