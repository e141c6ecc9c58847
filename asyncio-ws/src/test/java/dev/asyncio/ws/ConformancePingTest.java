package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.PING;
import static dev.asyncio.ws.Wire.PONG;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncio.core.testing.Waiting;
import dev.asyncio.ws.ConformanceLine.Form;
import dev.asyncio.ws.ConformanceLine.Role;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 6455, sections 5.5.2 and 5.5.3: pings and pongs.
class ConformancePingTest extends ConformanceTable {

    @TestFactory
    Stream<DynamicTest> answers() {
        Stream<ConformanceLine> lengths = IntStream.of(0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 63, 64, 124, 125).boxed()
                .flatMap(length -> Stream.of(
                        answered("a ping of " + length, sent(ping("p".repeat(length))), back(pong("p".repeat(length)))),
                        answered("a ping of " + length + " bytes that are no text",
                                sent(frame(FIN | PING, binaryOf(length))), back(frame(FIN | PONG, binaryOf(length))))));
        return cases(Stream.concat(lengths, Stream.of(
                answered("pings of every length", IntStream.rangeClosed(0, 125).mapToObj(i -> ping("p".repeat(i)))
                        .toList(), IntStream.rangeClosed(0, 125).mapToObj(i -> pong("p".repeat(i))).toList()),
                answered("ten pings, in order", IntStream.range(0, 10).mapToObj(i -> ping("ping " + i)).toList(),
                        IntStream.range(0, 10).mapToObj(i -> pong("ping " + i)).toList()),
                answered("ten empty pings", Stream.generate(() -> ping("")).limit(10).toList(),
                        Stream.generate(() -> pong("")).limit(10).toList()),
                // Behind a message, which the loop may be sending just then, one pong may do for two pings (5.5.3).
                answered("pings among messages", sent(ping("1"), ping("2"), text("a"), ping("3"), text("b"), ping("4")),
                        back(pong("1"), pong("2"), text("a"), pong("3"), text("b"), pong("4"))),
                answered("a ping behind a long message", sent(binary(pattern(66_000)), ping("p")),
                        back(binary(pattern(66_000)), pong("p"))),
                answered("a ping before a long message", sent(ping("p"), binary(pattern(66_000))),
                        back(pong("p"), binary(pattern(66_000)))),
                answered("a ping under a key of zeros", sent(frame(FIN | PING, 3, 3, 0, utf8("abc"))),
                        back(pong("abc"))))));
    }

    private static byte[] binaryOf(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xFE);
        return bytes;
    }

    @TestFactory
    Stream<DynamicTest> pongs() {
        return cases(Stream.of(
                answered("an unsolicited pong", sent(pong("")), back()),
                answered("an unsolicited pong with payload", sent(pong("unsolicited")), back()),
                answered("an unsolicited pong of 125", sent(pong("p".repeat(125))), back()),
                answered("ten unsolicited pongs", Stream.generate(() -> pong("p")).limit(10).toList(), back()),
                answered("a pong, then a ping", sent(pong("unsolicited"), ping("p")), back(pong("p"))),
                answered("a pong of eight bytes, as ours may be", sent(frame(FIN | PONG, pattern(8)), text("a")),
                        back(text("a"))),
                answered("a pong between messages", sent(text("a"), pong("p"), text("b")),
                        back(text("a"), text("b")))));
    }

    /// 5.5.3: a ping of ours is answered by "identical Application data", and by nothing else.
    @TestFactory
    Stream<DynamicTest> ours() {
        return Stream.of(Role.values()).flatMap(role -> Stream.of(
                dynamicTest(role + ": our ping is answered", () -> pingFrom(role, List.of(), List.of())),
                dynamicTest(role + ": other pongs are no answer",
                        () -> pingFrom(role, List.of(pong(""), pong("other"), frame(FIN | PONG, pattern(8))),
                                List.of())),
                dynamicTest(role + ": pings cross",
                        () -> pingFrom(role, List.of(ping("yours"), ping("again")),
                                List.of(pong("yours"), pong("again"))))));
    }

    private void pingFrom(Role role, List<Wire> before, List<Wire> back) throws Exception {
        try (Connection connection = connect(role, WebSocketOptions.defaults(), "", Integer.MAX_VALUE, socket -> {
            socket.ping(Waiting.patience());
            return echo(socket, Form.RECEIVE);
        })) {
            ConformancePeer peer = connection.peer;
            byte[] ping = peer.readFrame();
            assertEquals((byte) (FIN | PING), ping[0]);
            for (Wire wire : before) {
                peer.write(wire);
            }
            for (Wire wire : back) {
                peer.expect(wire);
            }
            peer.write(Wire.of(frame(FIN | PONG, Arrays.copyOfRange(ping, 2, ping.length)), text("a"),
                    close(1000, "")));
            peer.expect(text("a"));
            peer.expect(close(1000, ""));
            connection.expectEndAfterClose();
            assertEquals(new Message.Close(CloseCode.NORMAL, ""), connection.outcome());
        }
    }
}
