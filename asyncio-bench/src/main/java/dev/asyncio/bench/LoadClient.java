package dev.asyncio.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Random;

/// A [LoadGenerator] of bare messages over TCP: `LoadClient HOST PORT`. Its loads come in lines ([LoadDialogue]):
/// `connections=1 bytes=64 window=1 warmUp=1 seconds=1`, or with `rate=1000` as well.
public final class LoadClient {

    private static final byte[] NO_HEADER = {};

    private LoadClient() {}

    static void main(String[] args) throws IOException {
        LoadGenerator.main(new Bare(), args);
    }

    /// Messages follow each other with nothing in between.
    static final class Bare implements LoadProtocol {

        @Override
        public void begin(SocketChannel channel) {}

        @Override
        public byte[] newPayload(int messageBytes) {
            byte[] bytes = new byte[messageBytes];
            new Random(messageBytes).nextBytes(bytes);
            return bytes;
        }

        @Override
        public Header requestHeader(int messageBytes) {
            return new Header(NO_HEADER, 0);
        }

        @Override
        public byte[] replyHeader(int messageBytes) {
            return NO_HEADER;
        }

        @Override
        public void end(SocketChannel channel) throws IOException {
            channel.shutdownOutput();
        }
    }
}
