package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// What a [LoadGenerator] speaks on each of its connections: what comes first and last, and what each message is
/// wrapped in.
interface LoadProtocol {

    /// Does what comes before the first message, on a channel in blocking mode.
    void begin(SocketChannel channel) throws IOException;

    /// Connects with no-delay and begins; the channel is in blocking mode.
    default SocketChannel connect(InetSocketAddress server) throws IOException {
        return connect(null, server);
    }

    /// @param local null for any
    default SocketChannel connect(InetSocketAddress local, InetSocketAddress server) throws IOException {
        var channel = SocketChannel.open();
        try {
            if (local != null) {
                channel.bind(local);
            }
            channel.connect(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, NoDelay.isWanted());
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            begin(channel);
            return channel;
        } catch (IOException | IllegalStateException e) {
            channel.close();
            throw e;
        }
    }

    /// What every message carries. Its first eight bytes are overwritten by a number of seven bits a byte.
    byte[] newPayload(int messageBytes);

    /// What goes before one payload on its way to the server.
    Header requestHeader(int messageBytes);

    /// What comes before each payload on its way back.
    byte[] replyHeader(int messageBytes);

    /// Asks the server to end the connection, on a channel in either mode that has room for a few bytes.
    ///
    /// @throws IOException if it has not
    void end(SocketChannel channel) throws IOException;

    /// Whether this is the first byte of what a server may answer to [#end(SocketChannel)] before it ends the connection.
    default boolean isFarewell(byte first) {
        return false;
    }

    /// A whole message on its way to the server.
    default byte[] request(byte[] payload) {
        Header header = requestHeader(payload.length);
        ByteBuffer frame = ByteBuffer.allocate(header.bytes.length + payload.length).put(header.bytes);
        header.putMasked(payload, frame);
        return frame.array();
    }

    /// The first bytes of a frame, and the key that its payload is masked with; 0 if it is not masked.
    record Header(byte[] bytes, int maskingKey) {

        /// RFC 6455, section 5.3; a key of 0 changes nothing.
        void putMasked(byte[] payload, ByteBuffer frame) {
            for (int i = 0; i < payload.length; i++) {
                frame.put((byte) (payload[i] ^ maskingKey >>> 24 - i % 4 * 8));
            }
        }
    }
}
