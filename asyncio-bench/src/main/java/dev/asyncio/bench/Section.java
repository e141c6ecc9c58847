package dev.asyncio.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// A part of the report: a table of each column that it has.
///
/// @param file the comparison's name
/// @param cannotShow what nobody should conclude from it
/// @param metrics what it has of each row; rows are ordered by the first
/// @param decidedBy by which of these rows are compared, each time anew
record Section(String title, String file, String question, String cannotShow, Predicate<Column> columns,
        List<Metric> metrics, List<Metric> decidedBy) {

    /// Whoever is as late as others at most times may still be later at the worst of them.
    private static final List<Metric> MEDIAN_AND_TAIL = List.of(Metric.P50, Metric.P99);

    private static final Predicate<Column> EVERY = _ -> true;
    private static final Predicate<Column> ONE_CONNECTION = column -> column.matches(Map.of("connections", "1"));

    /// Older files of idle connections have those of WebSockets, too.
    private static final Predicate<Column> TCP = column -> column.matches(Map.of("protocol", "TCP"));

    private static final String JAVA_WEBSOCKET_GUARD =
            " Java-WebSocket may forget a reply, so a guard of ours asks it again 10 ms later.";
    private static final String WEBSOCKET_SERVERS =
            " Bun, Node `ws` and Drogon choose by themselves how much they read at once. Ours sends back what "
                    + "`receiveView` lends it, which `receive` would copy. Node `ws` is as npm installs it, without the "
                    + "native module bufferutil." + JAVA_WEBSOCKET_GUARD;
    private static final String SAME_FOR_BINARY =
            " Netty, epoll, has one handler more than its row without UTF-8 check, which lets binary frames pass: where both "
                    + "have the same settings, how far they are apart is what chance does to Netty.";
    private static final String TEXT_SERVERS =
            " Drogon does not look whether text is valid UTF-8, nor does Netty in the row that says so: they do less. That "
                    + "row has the settings that suit it best, as each has, so it may differ from Netty's other row by more "
                    + "than the check. Bun and Java-WebSocket decode text for their handlers, and encode it anew to send it; "
                    + "the others do not."
                    + WEBSOCKET_SERVERS;
    private static final String NO_LARGE_BATCHES = " Not measured: window 16 with messages of more than 64 B.";
    private static final String NOT_ALL_LOADS =
            " Not measured: 64 connections with messages of 1 KiB and window 1, or with messages of 64 KiB, for which 8 "
                    + "with window 1 stand.";
    private static final String IDLE_CANNOT_SHOW =
            "What the kernel keeps for it: its socket, and for a platform thread a stack of its own. Outside the heap is all "
                    + "that the process took meanwhile, compiled code as well: of 1,000 connections, each is charged a "
                    + "kilobyte for a megabyte; where a system does not tell what is resident, nothing. Direct bytes "
                    + "are those asked for, touched or not. CPU time is that of "
                    + Comparison.Pace.FULL.idle().toSeconds()
                    + " s, with `--quick` of "
                    + Comparison.Pace.QUICK.idle().toSeconds()
                    + " s, by a clock of 10 ms. Netty's io_uring and busy wait "
                    + "have no rows: the latter is never idle. Nor have servers outside the JVM, which have no heap to be "
                    + "looked at, and probably hold less.";
    private static final String SPIN =
            " Ours polls, too, before it sleeps, as long as that pays: where little is under way, it takes up to a whole core, "
                    + "where who sleeps takes less.";
    private static final String BATCHES =
            " With window 16, sixteen messages of 64 B lie in one read of 1 KiB, and come and go together: "
                    + "messages/s are sixteen times as many as reads.";

    private static final String TRANTOR = " Trantor chooses by itself how much it reads at once.";

    static final List<Section> ALL = List.of(
            new Section("1. Round trip, both ends in one process", RoundTripComparison.NAME,
                    "How long does a message take there and back, for one who waits for it, where client and server are "
                            + "both written in the contender's own style?",
                    "A network: both ends share a machine and its cores. Where there are few cores, ours share a loop, too, "
                            + "and so do Netty's in the rows that say so, and the JDK's share a carrier in the row that says "
                            + "so; else a message goes to another core, and wakes it unless it polls. Netty's "
                            + "receive buffers are adaptive here, its io_uring has no row, and settings of the JDK's scheduler "
                            + "and poller are those that it chooses itself.",
                    EVERY, RoundTripComparison.METRICS, MEDIAN_AND_TAIL),
            new Section("1b. TCP echo round trip, 1 connection", FullSuite.TCP_ECHO,
                    "What does a server add to the round trip of one neutral client, which polls on a core of its own?",
                    "What it costs to wake a client. A server that spins has its core to itself here." + SPIN + BATCHES
                            + TRANTOR,
                    ONE_CONNECTION, Metric.ROUND_TRIP, MEDIAN_AND_TAIL),
            new Section("2. TCP echo, many connections", FullSuite.TCP_ECHO,
                    "How many messages a second does one core of a server echo?",
                    "More than one core: the client needs the other. A row that is client-limited has the rate of the "
                            + "client." + BATCHES + TRANTOR + " Netty's io_uring has no buffer ring.",
                    ONE_CONNECTION.negate(), Metric.ECHO),
            new Section("3. TCP streaming", FullSuite.TCP_STREAM,
                    "How much does one connection carry in one direction, by one call for each block?",
                    "A network's bandwidth. The receiver checks every byte, which is a limit of its own. Netty writes and "
                            + "flushes each block, or each 64 KiB where it is flushed when full, and joins what could not go "
                            + "out at once. A `BufferedOutputStream` of 64 KiB joins the blocks that it has room for, which "
                            + "it copies; the other blocking writers, Asio and the program in C, which is no floor, write "
                            + "each by itself. Trantor and Netty's busy wait have no rows, nor has its io_uring that is flushed when full.",
                    EVERY, Metric.STREAM),
            new Section("3b. How to write a header and a body", FullSuite.WRITE_MODES,
                    "A block in two parts: copied together, in a gathering write, or one write after the other?",
                    "A network's bandwidth, or a large header: this one has eight bytes. Netty has no rows.",
                    EVERY, Metric.STREAM),
            new Section("4. WebSocket echo, text, 1 connection", FullSuite.WEBSOCKET_TEXT,
                    "What does a server add to the round trip of a text message, which has to be valid UTF-8, for one client "
                            + "that polls?",
                    "Text beyond ASCII; compression." + NO_LARGE_BATCHES + TEXT_SERVERS,
                    ONE_CONNECTION, Metric.ROUND_TRIP, MEDIAN_AND_TAIL),
            new Section("4b. WebSocket echo, binary, 1 connection", FullSuite.WEBSOCKET_BINARY,
                    "What does a server add to the round trip of a binary message, for one client that polls?",
                    "Compression, fragmented messages." + NO_LARGE_BATCHES + SAME_FOR_BINARY + WEBSOCKET_SERVERS,
                    ONE_CONNECTION, Metric.ROUND_TRIP, MEDIAN_AND_TAIL),
            new Section("4c. WebSocket clients, 1 connection", FullSuite.WEBSOCKET_CLIENTS,
                    "Clients are compared here: how long does each wait for the reply to a binary message? There is one fixed "
                            + "server, in Java and none of theirs, which polls on a core of its own.",
                    "More than one connection, or more than one core for the threads of a client. That core is its own, so "
                            + "whoever polls has the better p50 with 64 B here: ours does for a while before it sleeps, Netty with busy wait does "
                            + "always, the others never. `java.net.http` hands each reply over to a thread of its pool, "
                            + "but for the row without executor. It does not let its TCP_NODELAY be set; the system says "
                            + "that it is on. Netty's clients and Java-WebSocket's have the settings that suit their servers "
                            + "best.",
                    EVERY,
                    List.of(Metric.P50, Metric.P90, Metric.P99, Metric.P999, Metric.MAX, Metric.RATE,
                            Metric.CLIENT_CPU),
                    MEDIAN_AND_TAIL),
            new Section("5. WebSocket streaming", FullSuite.WEBSOCKET_STREAM,
                    "How much does one WebSocket connection carry from the server, a message a block?",
                    "Masking, which only clients do. Our send writes each message by itself. Who else joins some: our "
                            + "sendSoon up to 128 KiB of those that are sent at one go, Bun up to 16 KiB; Bun, Netty and "
                            + "Node `ws` whatever could not be written at once; Netty that is flushed when full each 64 KiB, too. "
                            + "Java-WebSocket and Drogon, which do not call when a sender may go on, have no rows, nor have "
                            + "Netty's io_uring, its busy wait, and its NIO that is flushed when full.",
                    EVERY, Metric.STREAM),
            new Section("6. Server swap: WebSocket echo, binary, many connections", FullSuite.WEBSOCKET_BINARY,
                    "One fixed client, in Java and none of ours: which server echoes most on one core?",
                    "What these servers do for more than one core." + NOT_ALL_LOADS + SAME_FOR_BINARY
                            + WEBSOCKET_SERVERS,
                    ONE_CONNECTION.negate(), Metric.ECHO),
            new Section("6b. WebSocket echo, text, many connections", FullSuite.WEBSOCKET_TEXT,
                    "Which server echoes most text, which has to be valid UTF-8, on one core?",
                    "Text beyond ASCII; compression; more than one core." + NOT_ALL_LOADS + TEXT_SERVERS,
                    ONE_CONNECTION.negate(), Metric.ECHO),
            new Section("7. Ablation", FullSuite.ABLATION,
                    "What does each switch of ours earn, and each choice of our echo server? A row has one of them otherwise.",
                    "What two of them earn together, but for the row with all. Two writes are those of what was read at once, "
                            + "which with window 16 is several replies. A fresh buffer is a direct one of 64 KiB, so its row "
                            + "has in it what it takes the JDK to clear it and to let it go.",
                    EVERY, Metric.ECHO),
            new Section("7b. Ablation, WebSocket", FullSuite.WEBSOCKET_ABLATION,
                    "What does each piece of our WebSocket server earn? Those that are no switches are taken out by a stream "
                            + "below it: compare them with the row that has such a stream and nothing else.",
                    "Wide unmasking, which is in table 11. What our pool of buffers earns: where each read takes a fresh "
                            + "buffer, its bytes are copied into one of the pool's. Requests that are to be answered one "
                            + "by one are copied once more, too.",
                    EVERY, Metric.ECHO),
            new Section("8. Latency under load", FullSuite.OPEN_LOOP,
                    "Messages come at a fixed rate whatever becomes of the replies: how late are those, from when the "
                            + "message was to be sent? The rates are parts of what ours does with 64 connections and window 1, when "
                            + "such a load comes as fast as it will.",
                    "Bursts: intervals are even, and where they are hardly longer than a message takes, a server that is "
                            + "late once may stay so. A part of what many connections do at once is more where messages come one by "
                            + "one: at 80 %, server and client have little in reserve." + SPIN
                            + " io_uring, platform threads, Asio and Trantor have no rows.",
                    EVERY, Metric.OPEN_LOOP, MEDIAN_AND_TAIL),
            new Section("9. Idle cost, TCP", FullSuite.IDLE,
                    "What does a connection cost that says nothing, its parked thread included? That is what it adds to the "
                            + "heap, garbage excepted, and to what is resident outside, where Netty's buffers are and the "
                            + "stacks of platform threads; the heap of 1 GiB is resident from the start. Each server is "
                            + "written for such connections: ours takes a buffer when bytes are there, blocking sockets "
                            + "keep one of 64 bytes, Netty takes one for each read. In the tables above, TCP connections "
                            + "of ours and of blocking sockets keep 64 KiB of direct memory each.",
                    IDLE_CANNOT_SHOW, TCP, IdleCost.Cost.METRICS),
            new Section("9b. Idle cost, WebSocket", FullSuite.WEBSOCKET_IDLE,
                    "What does a WebSocket connection cost that says nothing? Bytes are counted as in 9. Servers are those of "
                            + "the tables above; the guard of Java-WebSocket sleeps while no reply is under way.",
                    IDLE_CANNOT_SHOW, EVERY, IdleCost.Cost.METRICS),
            new Section("10. Connects", FullSuite.CONNECTS,
                    "How many connections a second does a server accept, echo one message on, and see closed? None takes a "
                            + "large buffer for each: all in Java read up to 4 KiB at once here, Asio until that is full, "
                            + "Trantor begins with less, and the program in C has one buffer for all.",
                    "Who waits how long: sixteen threads of the client take turns on its one core.",
                    EVERY, Metric.setUp("connects/s")),
            new Section("10b. WebSocket handshakes", FullSuite.HANDSHAKES,
                    "How many WebSocket connections a second does a server open, echo one message on, and see closed? Netty "
                            + "reads up to 4 KiB at once here.",
                    "TLS." + JAVA_WEBSOCKET_GUARD,
                    EVERY, Metric.setUp("handshakes/s")),
            new Section("11. Codec alone", FullSuite.CODEC,
                    "What do masking, the UTF-8 check and whole frames cost beside a plain copy of the bytes, and what does "
                            + "it earn to mask eight bytes at a time? A frame is written as a server and, masked, as a "
                            + "client does it, and read where it is, as a server does it.",
                    "What they cost when the bytes are not in the cache. A frame of 64 KiB is not written in one piece: our "
                            + "server leaves such a payload where it lies, our client masks 16 KiB at a time.",
                    EVERY, List.of(CodecMain.BYTES_PER_NANO)),
            new Section("12. Settings of the others, TCP", FullSuite.TCP_SETTINGS,
                    "Which settings are a contender's best? In the tables of servers on one core it stands with those whose "
                            + "rates under these loads have the greatest product; but with its own choice, unless others are "
                            + "better than that by more than "
                            + Math.round(100 * (Noise.TIE - 1))
                            + " % in the geometric mean. Netty's receive buffers are of a fixed size where a row does not say "
                            + "that they are adaptive.",
                    "Settings for more than one core, or for one of these loads alone: all count alike.",
                    EVERY, Metric.ECHO),
            new Section("12b. Settings of the others, WebSocket", FullSuite.WEBSOCKET_SETTINGS,
                    "Which settings are the best of a contender that is a WebSocket server? It stands with them as in 12.",
                    "Settings for more than one core.",
                    EVERY, Metric.ECHO));

    /// Whose rows are compared by the first metric alone.
    private Section(String title, String file, String question, String cannotShow, Predicate<Column> columns,
            List<Metric> metrics) {
        this(title, file, question, cannotShow, columns, metrics, List.of(metrics.getFirst()));
    }

    static Section numbered(String number) {
        return ALL.stream().filter(section -> section.number().equals(number)).findFirst().orElseThrow();
    }

    /// What a link to it ends with.
    String anchor() {
        return anchor(title);
    }

    /// What GitHub makes of a heading.
    static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    /// Which its title begins with.
    String number() {
        return title.substring(0, title.indexOf('.'));
    }

    /// What its rows are ordered by, and compared by first.
    Metric main() {
        return metrics.getFirst();
    }

    /// Of its rows compared by a metric.
    String title(Metric metric) {
        return metric.equals(main()) ? title : title + ", " + metric.inShort();
    }

    /// Else its rows are ours, in several ways, or ours is none of them.
    boolean comparesOthers() {
        return !Set.of(FullSuite.ABLATION, FullSuite.WEBSOCKET_ABLATION, FullSuite.CODEC).contains(file)
                && !Sweep.ALL.contains(file);
    }

    /// Whether ours is behind another in one of its tables, by what decides there.
    ///
    /// @param all of its file
    boolean hasLoss(List<Column> all) {
        return comparesOthers() && of(all).stream().anyMatch(column -> column.others().stream().anyMatch(
                contender -> decidedBy.stream().anyMatch(metric -> column.outcome(contender, metric) == Outcome.LOSS)));
    }

    /// Those that it has, of all of a file.
    List<Column> of(List<Column> all) {
        return all.stream().filter(columns).toList();
    }
}
