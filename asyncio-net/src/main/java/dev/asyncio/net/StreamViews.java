package dev.asyncio.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/// [ByteStream] as the streams of `java.io`. They wrap the caller's arrays and hold no bytes, so both views can be
/// mixed with direct use of the stream.
final class StreamViews {

    private StreamViews() {}

    static final class Input extends InputStream {

        private final ByteStream stream;

        Input(ByteStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            var one = ByteBuffer.allocate(1);
            return stream.read(one) == -1 ? -1 : Byte.toUnsignedInt(one.get(0));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            return length == 0 ? 0 : stream.read(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    static final class Output extends OutputStream {

        private final ByteStream stream;

        Output(ByteStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int oneByte) throws IOException {
            stream.write(ByteBuffer.wrap(new byte[] {(byte) oneByte}));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
