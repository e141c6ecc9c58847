package dev.asyncio.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// A part of the report: a table of each column that it has.
///
/// @param file the comparison's name
/// @param cannotShow what nobody should conclude from it
record Section(String title, String file, String question, String cannotShow, Predicate<Column> columns,
        List<Metric> metrics) {

    private static final Predicate<Column> EVERY = _ -> true;

    static final List<Section> ALL = List.of(
            new Section("1. Round trip, both ends in one process", RoundTripComparison.NAME,
                    "How long does a message take there and back, for one who waits for it, where client and server are "
                            + "both written in the contender's own style?",
                    "A network: both ends share a machine and its cores.",
                    EVERY, RoundTripComparison.METRICS),
            new Section("1b. TCP echo round trip, 1 connection", FullSuite.TCP_ECHO,
                    "The same with one neutral client, which polls on a core of its own: what does the server add?",
                    "What it costs to wake a client. A server that spins has its core to itself here.",
                    column -> column.matches(Map.of("connections", "1")), Metric.ROUND_TRIP),
            new Section("2. TCP echo, many connections", FullSuite.TCP_ECHO,
                    "How many messages a second does one core of a server echo?",
                    "More than one core: the client needs the other. A row that is client-limited has the rate of the client.",
                    column -> !column.matches(Map.of("connections", "1")), Metric.ECHO),
            new Section("3. TCP streaming", FullSuite.TCP_STREAM,
                    "How much does one connection carry in one direction, each block in one write?",
                    "A network's bandwidth. The receiver checks every byte, which is a limit of its own. Netty joins "
                            + "blocks that it could not write at once; the blocking writers do not.",
                    EVERY, Metric.STREAM),
            new Section("3b. How to write a header and a body", FullSuite.WRITE_MODES,
                    "A block in two parts: copied together, in a gathering write, or one write after the other?",
                    "As above. Eight bytes are a small header.",
                    EVERY, Metric.STREAM),
            new Section("4. WebSocket echo, text", FullSuite.WEBSOCKET_TEXT,
                    "The same with WebSocket text messages, which have to be valid UTF-8.",
                    "Text beyond ASCII; compression.",
                    EVERY, Metric.ECHO),
            new Section("4b. WebSocket echo, binary, 1 connection", FullSuite.WEBSOCKET_BINARY,
                    "The same with binary messages, for one connection.",
                    "Compression, fragmented messages.",
                    column -> column.matches(Map.of("connections", "1")), Metric.ROUND_TRIP),
            new Section("5. WebSocket streaming", FullSuite.WEBSOCKET_STREAM,
                    "How much does one WebSocket connection carry from the server, a message a block?",
                    "Masking, which only clients do. Servers that cannot tell when to go on are missing.",
                    EVERY, Metric.STREAM),
            new Section("6. Server swap: WebSocket, many connections", FullSuite.WEBSOCKET_BINARY,
                    "One fixed client, in Java and none of ours: which server echoes most on one core?",
                    "What these servers do for more than one core. Java-WebSocket may forget a reply, so a guard of "
                            + "ours asks it again every 10 ms.",
                    column -> !column.matches(Map.of("connections", "1")), Metric.ECHO),
            new Section("7. Ablation", FullSuite.ABLATION,
                    "What does each switch of ours earn? A row is our echo server with one of them set otherwise.",
                    "What two switches earn together, but for the row with all of them.",
                    EVERY, Metric.ECHO),
            new Section("7b. Ablation, WebSocket", FullSuite.WEBSOCKET_ABLATION,
                    "The same for our WebSocket server. Pieces that are no switches are taken out by a stream below it.",
                    "Wide unmasking: that is in table 11.",
                    EVERY, Metric.ECHO),
            new Section("8. Latency under load", FullSuite.OPEN_LOOP,
                    "Messages come at a fixed rate whatever becomes of the replies: how late are those, from when the "
                            + "message was to be sent? The rates are parts of what ours does in table 2.",
                    "Bursts: intervals are even.",
                    EVERY, Metric.OPEN_LOOP),
            new Section("9. Idle cost", FullSuite.IDLE,
                    "What does a connection cost that says nothing, its parked thread included?",
                    "What the kernel keeps for it.",
                    EVERY, IdleCost.Cost.METRICS),
            new Section("10. Connects", FullSuite.CONNECTS,
                    "How many connections a second does a server accept, echo one message on, and see closed?",
                    "Who waits how long: sixteen threads of the client take turns on its one core.",
                    EVERY, Metric.SET_UP),
            new Section("10b. WebSocket handshakes", FullSuite.HANDSHAKES,
                    "The same with an opening handshake.",
                    "TLS.",
                    EVERY, Metric.SET_UP),
            new Section("11. Codec alone", FullSuite.CODEC,
                    "What do masking and the UTF-8 check cost beside a plain copy of the bytes, and what does it earn to "
                            + "mask eight bytes at a time?",
                    "What they cost when the bytes are not in the cache.",
                    EVERY, List.of(CodecMain.BYTES_PER_NANO)),
            new Section("12. Settings of the others, TCP", FullSuite.TCP_SETTINGS,
                    "Which settings are a contender's best? In the tables of servers on one core that echo, it stands "
                            + "with those that have most messages a second for 64 connections and window 1.",
                    "Settings for more than one core.",
                    EVERY, Metric.ECHO),
            new Section("12b. Settings of the others, WebSocket", FullSuite.WEBSOCKET_SETTINGS,
                    "The same for WebSocket servers.",
                    "Settings for more than one core.",
                    EVERY, Metric.ECHO));

    /// What its rows are compared by.
    Metric main() {
        return metrics.getFirst();
    }

    /// Else its rows are ours, in several ways.
    boolean comparesOthers() {
        return !Set.of(FullSuite.ABLATION, FullSuite.WEBSOCKET_ABLATION).contains(file);
    }

    /// Those that it has, of all of a file.
    List<Column> of(List<Column> all) {
        return all.stream().filter(columns).toList();
    }
}
