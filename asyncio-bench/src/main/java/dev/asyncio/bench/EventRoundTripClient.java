package dev.asyncio.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A client of a library that calls when something has come: the event of a whole reply sends the next message. Events
/// come one at a time, but perhaps on several threads. What has once gone wrong fails all runs from then on.
abstract class EventRoundTripClient implements RoundTripClient {

    private final ByteBuffer message;

    // Of the run that is under way. Who sends a message writes these before `missingBytes`, which the event of its reply
    // reads first: not every library orders the one thread before the other.
    private long[] nanos;
    private CompletableFuture<Void> end;
    private int count;
    private long startNanos;

    /// How much of the reply that is due has not come; 0 if none is due.
    private volatile int missingBytes;

    /// Of the last message. Written by who sends it: an event, or who begins a run.
    private volatile long sequence;

    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    EventRoundTripClient(int messageBytes) {
        this.message = ByteBuffer.allocateDirect(messageBytes);
    }

    @Override
    public final void run(long[] takenNanos, Duration silenceLimit) throws IOException, InterruptedException {
        var ending = new CompletableFuture<Void>();
        begin(() -> {
            nanos = takenNanos;
            end = ending;
            count = 0;
            sendNext();
        });
        RoundTripClient.awaitEnd(orFailure(ending), () -> sequence, silenceLimit);
    }

    /// Runs what sends a run's first message; on the thread of the library's events, where it lets one.
    void begin(Runnable first) {
        first.run();
    }

    private void sendNext() {
        message.putLong(0, ++sequence);
        startNanos = System.nanoTime();
        missingBytes = message.capacity();
        send();
    }

    /// Sends [#message()].
    abstract void send();

    /// A binary message, from position to limit, which stays as it is until its reply has come.
    final ByteBuffer message() {
        return message.duplicate();
    }

    /// To be called with each piece of what comes, where messages have no frames.
    final void receive(ByteBuffer piece) {
        receive(piece, piece.remaining() == missingBytes);
    }

    /// To be called with each piece of a message that comes.
    final void receive(ByteBuffer piece, boolean isLast) {
        int missingBefore = missingBytes;
        int missingAfter = missingBefore - piece.remaining();
        boolean isRight = missingBefore > 0
                && missingAfter >= 0
                && isLast == (missingAfter == 0)
                && piece.equals(message.slice(message.capacity() - missingBefore, piece.remaining()));
        if (!isRight) {
            fail(new IOException("what came after message " + sequence + " is not the reply that was due"));
        } else if (isLast) {
            missingBytes = 0;
            nanos[count++] = System.nanoTime() - startNanos;
            if (count < nanos.length) {
                sendNext();
            } else {
                end.complete(null);
            }
        } else {
            missingBytes = missingAfter;
        }
    }

    /// To be called when something goes wrong.
    final void fail(Throwable cause) {
        failure.completeExceptionally(cause);
    }

    /// To be called when the server ends the connection.
    final void failAtEnd() {
        fail(new EOFException("the server ended the connection after " + sequence + " round trips"));
    }

    /// Ends with what has gone wrong, or goes wrong before something else has ended; else as that does.
    final CompletableFuture<Object> orFailure(CompletableFuture<?> event) {
        return CompletableFuture.anyOf(failure, event);
    }
}
