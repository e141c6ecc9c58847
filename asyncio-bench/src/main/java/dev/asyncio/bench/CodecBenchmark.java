package dev.asyncio.bench;

import dev.asyncio.ws.frame.FrameException;
import dev.asyncio.ws.frame.FrameHeader;
import dev.asyncio.ws.frame.Masking;
import dev.asyncio.ws.frame.Opcode;
import dev.asyncio.ws.frame.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What the bytes of a message cost without any network: beside a plain copy of them.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = {MemoryAccess.UNSAFE, MemoryAccess.NATIVE})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private static final int KEY = 0x12345678;

    @Param({"64", "1024", "65536"})
    int messageBytes;

    /// No constant, as no frame's key is.
    private byte[] keyOctets;

    private ByteBuffer ascii;
    private ByteBuffer mixed;
    private ByteBuffer target;
    private Utf8Validator validator;

    /// A whole frame.
    private ByteBuffer frame;

    /// Of a frame that a server receives.
    private FrameHeader header;

    @Setup
    public void fill() {
        keyOctets = ByteBuffer.allocate(Integer.BYTES).putInt(KEY).array();
        ascii = filled("plain text ");
        mixed = filled("é€\uD83D\uDE00 text ");
        target = ByteBuffer.allocateDirect(messageBytes);
        validator = new Utf8Validator();
        frame = ByteBuffer.allocateDirect(FrameHeader.MAX_BYTES + messageBytes);
        header = new FrameHeader(true, false);
        frameWriteMasked();
    }

    private ByteBuffer filled(String text) {
        byte[] pattern = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocateDirect(messageBytes);
        while (buffer.remaining() >= pattern.length) {
            buffer.put(pattern);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) ' ');
        }
        return buffer;
    }

    @Benchmark
    public ByteBuffer memoryCopy() {
        return target.clear().put(ascii.clear());
    }

    @Benchmark
    public boolean maskInPlace() {
        return Masking.applyInPlace(target, 0, messageBytes, KEY);
    }

    /// As section 5.3 of RFC 6455 writes it down. The octets of the key are an array that C2 does not know: of a key that it
    /// knows, or whose octets are shifted out of an int, it makes vector code that is six times slower than the loop.
    @Benchmark
    public ByteBuffer maskBytewise() {
        for (int i = 0; i < messageBytes; i++) {
            target.put(i, (byte) (target.get(i) ^ keyOctets[i % 4]));
        }
        return target;
    }

    @Benchmark
    public boolean maskedCopy() {
        return Masking.copy(ascii.clear(), target.clear(), messageBytes, KEY);
    }

    /// As a server sends one of less than 8 KiB.
    @Benchmark
    public ByteBuffer frameWrite() {
        FrameHeader.write(frame.clear(), Opcode.BINARY, true, false, messageBytes);
        return frame.put(ascii.clear()).flip();
    }

    /// As a client sends one that is not too long to be masked at once.
    @Benchmark
    public ByteBuffer frameWriteMasked() {
        FrameHeader.writeMasked(frame.clear(), Opcode.BINARY, true, false, messageBytes, KEY);
        Masking.copy(ascii.clear(), frame, messageBytes, KEY);
        return frame.flip();
    }

    /// As a server receives it: checks the header, and unmasks the payload where it is, from position to limit. What is
    /// read once more is masked again.
    @Benchmark
    public ByteBuffer frameRead() throws FrameException {
        header.read(frame.position(0));
        Masking.applyInPlace(frame, frame.position(), frame.limit(), header.maskKey());
        return frame;
    }

    @Benchmark
    public boolean utf8CheckOfAscii() {
        validator.reset();
        return validator.accept(ascii, 0, messageBytes);
    }

    @Benchmark
    public boolean utf8CheckOfMixedText() {
        validator.reset();
        return validator.accept(mixed, 0, messageBytes);
    }
}
