package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client makes of its events, which come here as soon as a message is sent.
class EventRoundTripClientTest {

    private static final int MESSAGE_BYTES = 16;

    /// Has each of its messages answered so.
    private static class Answered extends EventRoundTripClient {

        private final Consumer<EventRoundTripClient> answer;

        Answered(Consumer<EventRoundTripClient> answer) {
            super(MESSAGE_BYTES);
            this.answer = answer;
        }

        @Override
        void send() {
            answer.accept(this);
        }

        @Override
        public void close() {}
    }

    private static void answerHonestly(EventRoundTripClient client) {
        client.receive(client.message(), true);
    }

    @Test
    void eachReplyButTheLastSendsTheNextMessage() throws Exception {
        List<Long> sent = new ArrayList<>();
        var client = new Answered(asked -> {
            sent.add(asked.message().getLong());
            answerHonestly(asked);
        });
        client.run(new long[3]);
        client.run(new long[2]);
        assertEquals(LongStream.rangeClosed(1, 5).boxed().toList(), sent);
    }

    @Test
    void aReplyMayComeInPieces() throws Exception {
        new Answered(client -> {
            ByteBuffer reply = client.message();
            client.receive(reply.slice(0, 5), false);
            client.receive(reply.slice(5, 0), false);
            client.receive(reply.slice(5, MESSAGE_BYTES - 5), true);
        }).run(new long[3]);
    }

    @Test
    void aReplyWithoutFramesMayComeInPieces() throws Exception {
        new Answered(client -> {
            ByteBuffer reply = client.message();
            client.receive(reply.slice(0, 5));
            client.receive(reply.slice(5, MESSAGE_BYTES - 5));
        }).run(new long[3]);
    }

    static Stream<Consumer<EventRoundTripClient>> wrongAnswers() {
        return Stream.of(
                client -> client.receive(client.message().limit(MESSAGE_BYTES - 1), true),
                client -> client.receive(client.message(), false),
                client -> client.receive(ByteBuffer.allocate(MESSAGE_BYTES), true),
                client -> client.receive(ByteBuffer.allocate(MESSAGE_BYTES + 1), true),
                client -> client.receive(ByteBuffer.allocate(MESSAGE_BYTES)),
                client -> client.receive(ByteBuffer.allocate(MESSAGE_BYTES + 1)));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void aWrongReplyFailsTheRun(Consumer<EventRoundTripClient> answer) {
        assertFails("what came after message 1 is not the reply that was due", new Answered(answer));
    }

    @Test
    void whatComesUnaskedFailsTheFirstRun() {
        var client = new Answered(EventRoundTripClientTest::answerHonestly);
        client.receive(ByteBuffer.allocate(MESSAGE_BYTES), true);
        assertFails("what came after message 0 is not the reply that was due", client);
    }

    static Stream<Consumer<EventRoundTripClient>> surplusAnswers() {
        return Stream.of(
                EventRoundTripClientTest::answerHonestly,
                client -> client.receive(client.message()),
                client -> client.receive(ByteBuffer.allocate(0), true));
    }

    @ParameterizedTest
    @MethodSource("surplusAnswers")
    void aReplyTooManyAfterARunFailsTheNext(Consumer<EventRoundTripClient> surplus) throws Exception {
        var client = new Answered(EventRoundTripClientTest::answerHonestly);
        client.run(new long[3]);
        surplus.accept(client);
        assertFails("what came after message 3 is not the reply that was due", client);
    }

    @Test
    void anEndAfterARunFailsTheNext() throws Exception {
        var client = new Answered(EventRoundTripClientTest::answerHonestly);
        client.run(new long[3]);
        client.failAtEnd();
        assertFails("the server ended the connection after 3 round trips", client);
    }

    private static void assertFails(String reason, EventRoundTripClient client) {
        var failure = assertThrows(IOException.class, () -> client.run(new long[1]));
        assertEquals(reason, failure.getMessage());
    }

    @Test
    void theTimeOfTheFirstMessageBeginsWhereTheLibrarysEventsRun() throws Exception {
        long[] nanos = new long[1];
        var client = new Answered(EventRoundTripClientTest::answerHonestly) {

            @Override
            void begin(Runnable first) {
                long wokenNanos = System.nanoTime() + 20_000_000; // by who is in no hurry
                while (System.nanoTime() < wokenNanos) {
                    Thread.onSpinWait();
                }
                first.run();
            }
        };
        long startNanos = System.nanoTime();
        client.run(nanos);
        long tookNanos = System.nanoTime() - startNanos;
        assertTrue(tookNanos - nanos[0] >= 20_000_000, nanos[0] + " ns of " + tookNanos);
    }
}
