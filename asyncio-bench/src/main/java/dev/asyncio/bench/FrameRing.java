package dev.asyncio.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A frame for each message that may be under way on a connection, sent one after the other and then from the first again.
/// All are built beforehand; only the number that a message begins with changes.
final class FrameRing {

    /// What is to be written is a stretch of it.
    private final ByteBuffer frames;

    /// The same ring, for what is written from its start when the stretch goes beyond its end.
    private final ByteBuffer framesAgain;

    private final ByteBuffer[] bothEnds;
    private final int frameBytes;
    private final int numberPosition;

    /// Of each frame: what its number is masked with.
    private final long[] numberMasks;

    /// Of the next frame. Kept beside the bytes, for a division a message would be felt.
    private int nextSlot;

    private long putBytes;
    private long writtenBytes;

    FrameRing(LoadProtocol protocol, byte[] payload, int frameCount) {
        LoadProtocol.Header[] headers = new LoadProtocol.Header[frameCount];
        for (int i = 0; i < frameCount; i++) {
            headers[i] = protocol.requestHeader(payload.length);
        }
        numberPosition = headers[0].bytes().length;
        frameBytes = numberPosition + payload.length;
        numberMasks = new long[frameCount];
        frames = ByteBuffer.allocateDirect(frameBytes * frameCount);
        for (int i = 0; i < frameCount; i++) {
            frames.put(headers[i].bytes());
            headers[i].putMasked(payload, frames);
            numberMasks[i] = (headers[i].maskingKey() & 0xFFFF_FFFFL) * 0x1_0000_0001L;
        }
        framesAgain = frames.duplicate();
        bothEnds = new ByteBuffer[] {frames, framesAgain};
    }

    /// Adds the next frame to what is to be written, and returns its place in the ring.
    int put(long number) {
        int slot = nextSlot;
        frames.clear().putLong(slot * frameBytes + numberPosition, number ^ numberMasks[slot]);
        nextSlot = after(slot);
        putBytes += frameBytes;
        return slot;
    }

    int after(int slot) {
        return slot + 1 == numberMasks.length ? 0 : slot + 1;
    }

    /// Writes what there is room for, and returns whether that was all.
    boolean writeTo(SocketChannel channel) throws IOException {
        int dueBytes = (int) (putBytes - writtenBytes);
        if (dueBytes == 0) {
            return true;
        }
        long count = write(channel, dueBytes);
        writtenBytes += count;
        return count == dueBytes;
    }

    private long write(SocketChannel channel, int dueBytes) throws IOException {
        int start = (int) (writtenBytes % frames.capacity());
        int bytesToEnd = Math.min(dueBytes, frames.capacity() - start);
        frames.clear().limit(start + bytesToEnd).position(start);
        if (bytesToEnd == dueBytes) {
            return channel.write(frames);
        }
        framesAgain.clear().limit(dueBytes - bytesToEnd);
        return channel.write(bothEnds);
    }
}
