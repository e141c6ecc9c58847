package dev.asyncio.ws;

import dev.asyncio.core.testing.ThreadKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the contract says of everything that may befall a server, with a connection at one point of its life; the first
/// column is about those who come afterwards. A word is a [FaultMatrixServerOutcome]; those of plain connections and of
/// TLS that differ are on either side of a slash. A single letter says why there is no such cell.
final class FaultMatrixServers {

    private static final List<FaultMatrixPoint> POINTS = List.of(FaultMatrixPoint.CONNECTING,
            FaultMatrixPoint.HANDSHAKING, FaultMatrixPoint.MID_READ, FaultMatrixPoint.MID_WRITE,
            FaultMatrixPoint.CLOSING);

    private static final Map<String, String> REASONS = Map.of(
            "a", "TCP's handshake is the system's: a server sees a connection when that is over",
            "b", "there is no handler yet",
            "c", "a handler that waits for its client throws nothing",
            "d", "a handler waits for its client as long as it likes",
            "e", "any bytes are good to TCP",
            "f", "nobody reads there",
            "g", "as for a single connection: our last word is out",
            "h", "as mid-read: that is where the memory is asked for",
            "i", "we take no such memory there, and what the JDK copies arrays through has no limit",
            "j", "the client, on the same heap, needs more than we do");

    private static final String STREAMS = """
            .                       connecting handshaking mid-read mid-write closing
            LISTENERS_LOOP_FAILS    accepted   a/serves    serves   serves    serves
            ITS_LOOP_FAILS          accepted   a/ends      breaks   breaks    breaks
            ANOTHER_LOOP_FAILS      accepted   a/serves    serves   serves    serves
            LOOPS_CLOSE             refused    a/ends      breaks   breaks    breaks
            DESCRIPTORS_RUN_OUT     later      a/serves    serves   serves    serves
            MEMORY_RUNS_OUT         i          a/i         i         i        i
            HEAP_RUNS_OUT           j          a/h   serves/starves  serves/h  serves/h
            HANDLER_FAILS           accepted   a/b         fails    c         c
            CLIENT_STALLS           accepted   a/gives_up  d        d         d
            CLIENT_SENDS_GARBAGE    accepted   a/rejects   e/rejects f        e/g
            CLOSES                  refused    a/ends      stops    stops     stops
            WINDS_DOWN              refused    a/serves    serves   serves    serves
            WINDS_DOWN_IN_VAIN      refused    a/serves    serves   serves    serves
            """;

    private static final String WEB_SOCKETS = """
            .                       connecting handshaking mid-read mid-write  closing
            LISTENERS_LOOP_FAILS    accepted   serves      serves   serves     serves
            ITS_LOOP_FAILS          accepted   ends        breaks   breaks     breaks
            ANOTHER_LOOP_FAILS      accepted   serves      serves   serves     serves
            LOOPS_CLOSE             refused    ends        breaks   breaks     breaks
            DESCRIPTORS_RUN_OUT     later      serves      serves   serves     serves
            MEMORY_RUNS_OUT         h          h           starves  h          h
            HEAP_RUNS_OUT           j          j/h   serves/starves j/h        serves/h
            HANDLER_FAILS           accepted   b           fails    c          c
            CLIENT_STALLS           accepted   gives_up    d        d          times_out
            CLIENT_SENDS_GARBAGE    accepted   rejects     rejects  f          g
            CLOSES                  refused    ends        cut      stops      ends
            WINDS_DOWN              refused    too_late    goodbye  serves     serves
            WINDS_DOWN_IN_VAIN      refused    too_late    goodbye  serves     serves
            """;

    enum Kind {
        TCP("TCP", STREAMS, false),
        TLS("TLS", STREAMS, true),
        WEB_SOCKET("WebSocket", WEB_SOCKETS, false),
        SECURE_WEB_SOCKET("WebSocket over TLS", WEB_SOCKETS, true);

        private final String words;
        private final String table;
        final boolean isSecure;

        Kind(String words, String table, boolean isSecure) {
            this.words = words;
            this.table = table;
            this.isSecure = isSecure;
        }

        /// Whether its clients are told when it winds down.
        boolean saysGoodbye() {
            return this == WEB_SOCKET || this == SECURE_WEB_SOCKET;
        }

        FaultMatrixClient newClient() throws IOException {
            return saysGoodbye() ? new FaultMatrixClient.OfMessages(isSecure) : new FaultMatrixClient.OfBytes(isSecure);
        }
    }

    /// One fault at one point of a connection's life.
    ///
    /// @param loops what they run on
    /// @param outcome of the connection, or of those that come later
    /// @param reason why it makes no sense; null if it does
    record Cell(Kind kind, FaultMatrixPoint point, FaultMatrixServerFault fault, ThreadKind loops,
            FaultMatrixServerOutcome outcome, String reason) implements FaultMatrixCell {

        @Override
        public FaultMatrixShortage.Kind shortage() {
            return fault.shortage();
        }

        /// Whether a timeout of the server's is to pass.
        boolean timesOut() {
            return fault == FaultMatrixServerFault.CLIENT_STALLS && point != FaultMatrixPoint.CONNECTING;
        }

        @Override
        public Duration bound() {
            return timesOut() ? WebSocketOptions.defaults().closeTimeout() : BOUND;
        }

        @Override
        public boolean isWarmUp() {
            return switch (fault) {
                case ANOTHER_LOOP_FAILS -> loops == ThreadKind.VIRTUAL;
                case HANDLER_FAILS -> true; // as those do that find no memory, and tell the log
                default -> false;
            };
        }

        @Override
        public void play() throws Exception {
            try (var scene = new FaultMatrixServerScene(this)) {
                scene.reach();
                fault.strike(scene);
                outcome.check(scene);
            }
        }

        @Override
        public String toString() {
            return "server of " + kind.words + ", " + point.words + ": " + fault.words
                    + (loops == ThreadKind.PLATFORM ? ", the loops on platform threads" : "");
        }
    }

    private FaultMatrixServers() {}

    static List<Cell> cells() {
        var cells = new ArrayList<Cell>();
        for (Kind kind : Kind.values()) {
            kind.table.lines().skip(1).forEach(line -> addRow(kind, line.trim().split(" +"), cells));
        }
        return cells;
    }

    private static void addRow(Kind kind, String[] words, List<Cell> cells) {
        FaultMatrixServerFault fault = FaultMatrixServerFault.valueOf(words[0]);
        if (words.length != 1 + POINTS.size()) {
            throw new AssertionError(kind + ", " + fault + ": expected " + POINTS.size() + " cells");
        }
        for (int i = 0; i < POINTS.size(); i++) {
            String[] both = words[1 + i].split("/");
            String word = both[kind.isSecure ? both.length - 1 : 0];
            for (ThreadKind loops : ThreadKind.values()) {
                if (loops == ThreadKind.VIRTUAL || fault.isOfLoops()) {
                    cells.add(new Cell(kind, POINTS.get(i), fault, loops, outcome(word), REASONS.get(word)));
                }
            }
        }
    }

    private static FaultMatrixServerOutcome outcome(String word) {
        return word.length() == 1 ? null : FaultMatrixServerOutcome.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
