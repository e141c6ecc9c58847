package dev.asyncio.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/// A client of a library that calls when something has come: the event of a whole reply sends the next message.
abstract class EventRoundTripClient implements RoundTripClient {

    private final ByteBuffer message;

    // Touched by one event at a time, and before the first by who runs.
    private long[] nanos;
    private int count;
    private int receivedBytes;
    private long startNanos;

    /// Written by events alone.
    private volatile long sequence;

    /// Of the last run.
    private volatile CompletableFuture<Void> end = new CompletableFuture<>();

    EventRoundTripClient(int messageBytes) {
        this.message = ByteBuffer.allocateDirect(messageBytes);
    }

    @Override
    public final void run(long[] takenNanos) throws IOException, InterruptedException {
        nanos = takenNanos;
        count = 0;
        end = new CompletableFuture<>();
        sendNext();
        RoundTripClient.awaitEnd(end, () -> sequence);
    }

    private void sendNext() {
        message.putLong(0, ++sequence);
        receivedBytes = 0;
        startNanos = System.nanoTime();
        send(message.duplicate());
    }

    /// Sends a binary message, from position to limit, which stays as it is until its reply has come.
    abstract void send(ByteBuffer bytes);

    /// To be called with each piece of a message that comes.
    final void receive(ByteBuffer piece, boolean isLast) {
        int receivedAfter = receivedBytes + piece.remaining();
        boolean isRight = receivedAfter <= message.capacity()
                && isLast == (receivedAfter == message.capacity())
                && piece.equals(message.slice(receivedBytes, piece.remaining()));
        receivedBytes = receivedAfter;
        if (!isRight) {
            fail(new IOException("reply " + sequence + " differs from what was sent"));
        } else if (isLast) {
            nanos[count++] = System.nanoTime() - startNanos;
            if (count < nanos.length) {
                sendNext();
            } else {
                end.complete(null);
            }
        }
    }

    /// To be called when something goes wrong.
    final void fail(Throwable cause) {
        end.completeExceptionally(cause);
    }

    /// To be called when the server ends the connection.
    final void failAtEnd() {
        fail(new EOFException("the server ended the connection after " + sequence + " round trips"));
    }
}
