package dev.asyncio.ws;

import static java.util.Map.entry;

import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What the contract says of every fault at every point of a connection's life. A word is a [FaultMatrixOutcome]; two of
/// them stand for the call, and for the read that comes after it; those of a client and a server that differ are on
/// either side of a slash. A single letter says why there is no such cell.
final class FaultMatrix {

    private static final Map<String, String> REASONS = Map.ofEntries(
            entry("a", "TCP's handshake is the system's: a call sees of it that it connects"),
            entry("b", "TCP has no frames"),
            entry("c", "a client has no peer yet that could do so"),
            entry("d", "it is cut off by its end: there is none beneath it, or no other before the handshake"),
            entry("e", "no call waits for the peer"),
            entry("f", "any bytes are good to TCP"),
            entry("g", "until it returns, nobody else has what could be closed"),
            entry("h", "within a frame the peer's end would be part of it"),
            entry("i", "we take no such memory there"),
            entry("j", "as mid-read or handshaking: that is where the memory is asked for"),
            entry("k", "as with TCP: it waits for the system still"),
            entry("l", "we have no timeout for that"),
            entry("m", "its close has no deadline, only a timeout"),
            entry("n", "we take no such memory there, and what the JDK copies arrays through has no limit"),
            entry("o", "what comes there has a limit, or nobody reads it"),
            entry("p", "as mid-read"));

    private static final String TCP = """
            .            connecting   handshaking idle   mid-read mid-frame mid-message mid-write closing
            RESETS       closed/accepted+broken a  broken broken   b         broken      broken    broken
            ENDS         c/accepted+end         a  end    end      b         eof         on+end    done
            IS_CUT_OFF   d                      a  d      d        b         d           d         d
            STALLS       on                     a  e      on       b         on          on        on
            SENDS_GARBAGE  f                    a  f      f        b         f           f         f
            CLOSES       g/closed               a  told   told     b         told        told      closed
            INTERRUPTS   closed/usable          a  usable usable   b         usable      usable    usable
            MEETS_DEADLINE closed/usable        a  usable usable   b         usable      usable    usable
            TIMES_OUT    l                      a  usable usable   b         usable      l         usable
            LOOP_FAILS   closed/broken          a  broken broken   b         broken      broken    broken
            LOOPS_CLOSE  closed/broken          a  broken broken   b         broken      broken    broken
            ANOTHER_LOOP_FAILS on               a  on     on       b         on          on        on
            DESCRIPTORS_RUN_OUT later           a  on     on       b         on          on        on
            MEMORY_RUNS_OUT i                   a  i      i        b         i           i         i
            HEAP_RUNS_OUT on                    a  on     on       b         on          on        on
            """;

    private static final String TLS = """
            .            connecting   handshaking idle   mid-read mid-frame mid-message mid-write closing
            RESETS       closed         closed broken broken broken    broken      broken    returns
            ENDS         c/closed       closed end    end    h         eof         on+end    done
            IS_CUT_OFF   d              d      broken broken broken    broken      on+broken goodbye
            STALLS       on             on     e      on     on        on          on        on
            SENDS_GARBAGE  c/told       told   told   told   told      told        on+told   goodbye
            CLOSES       g/closed       closed told   told   told      told        closed    returns
            INTERRUPTS   closed/usable  closed usable usable usable    usable      usable    goodbye
            MEETS_DEADLINE closed/usable closed usable usable usable   usable      usable    m
            TIMES_OUT    l              closed usable usable usable    usable      l         goodbye
            LOOP_FAILS   closed/broken  closed broken broken broken    broken      broken    goodbye
            LOOPS_CLOSE  closed/broken  closed broken broken broken    broken      broken    goodbye
            ANOTHER_LOOP_FAILS k/on     on     on     on     on        on          on        on
            DESCRIPTORS_RUN_OUT later   on     on     on     on        on          on        on
            MEMORY_RUNS_OUT n           n      n      n      n         n           n         n
            HEAP_RUNS_OUT j             closed j      later  later     later       later     closed
            """;

    private static final String WEB_SOCKET = """
            .            connecting   handshaking idle   mid-read mid-frame mid-message mid-write closing
            RESETS       closed         closed closed closed closed    closed      broken    closed
            ENDS         c/closed       closed end    end    h         end         on+end    done
            IS_CUT_OFF   d              d      closed closed closed    closed      on+closed told
            STALLS       on             on     e      on     on        on          on        on
            SENDS_GARBAGE  c/told  closed/told told   told   told      told        on+told   told
            CLOSES       g/closed     g/closed told   told   told      told        closed    returns
            INTERRUPTS   closed/usable  closed usable usable usable    usable      broken    told
            MEETS_DEADLINE closed/usable closed/told usable usable usable usable   broken    told
            SENDS_ON_TO_DEADLINE o          o      p      open   p         open        o         closed
            SENDS_ON_TO_INTERRUPT o         o      p      open   p         open        o         closed
            TIMES_OUT    closed/l    closed/told closed closed closed    closed      l         told
            LOOP_FAILS   closed/broken  closed closed closed closed    closed      broken    told
            LOOPS_CLOSE  closed/broken  closed closed closed closed    closed      broken    told
            ANOTHER_LOOP_FAILS k/on     on     on     on     on        on          on        on
            DESCRIPTORS_RUN_OUT later   on     on     on     on        on          on        on
            MEMORY_RUNS_OUT i           closed j      later  j         later       i         closed
            HEAP_RUNS_OUT k/on          on     on     on     on        on          i         on
            """;

    enum Protocol {
        TCP("TCP", FaultMatrix.TCP, FaultMatrixTcp::new),
        TLS("TLS", FaultMatrix.TLS, FaultMatrixTls::new),
        WEB_SOCKET("WebSocket", FaultMatrix.WEB_SOCKET, FaultMatrixWebSocket::new),
        /// Its contract is the same.
        DEFLATE("compressed WebSocket", FaultMatrix.WEB_SOCKET, FaultMatrixDeflate::new);

        private final String words;
        private final String table;
        private final Stage stage;

        private interface Stage {
            FaultMatrixScene<?> scene(Cell cell) throws IOException;
        }

        Protocol(String words, String table, Stage stage) {
            this.words = words;
            this.table = table;
            this.stage = stage;
        }
    }

    /// What calls are made on, and what the loops run on.
    enum Threads {
        USUAL(ThreadKind.VIRTUAL, ThreadKind.VIRTUAL, ""),
        PLATFORM_CALLERS(ThreadKind.PLATFORM, ThreadKind.VIRTUAL, ", on a platform thread"),
        PLATFORM_LOOPS(ThreadKind.VIRTUAL, ThreadKind.PLATFORM, ", the loops on platform threads");

        final ThreadKind callers;
        final ThreadKind loops;
        private final String words;

        Threads(ThreadKind callers, ThreadKind loops, String words) {
            this.callers = callers;
            this.loops = loops;
            this.words = words;
        }
    }

    /// One fault at one point of one side's life.
    ///
    /// @param outcomes of the call, and of a read after it
    /// @param reason why it makes no sense; null if it does
    record Cell(Protocol protocol, boolean isServer, FaultMatrixPoint point, FaultMatrixFault fault,
            Threads threads, List<FaultMatrixOutcome> outcomes, String reason) implements FaultMatrixCell {

        Duration closeTimeout() {
            return fault.closeTimeout(point);
        }

        @Override
        public FaultMatrixShortage.Kind shortage() {
            return fault.shortage();
        }

        @Override
        public boolean isWarmUp() {
            boolean takesLong = point == FaultMatrixPoint.CONNECTING && !isServer;
            return isPlain(this) && fault == FaultMatrixFault.STALLS && !takesLong;
        }

        /// What the call takes at least that the fault strikes, if it has no deadline.
        Duration leastTime() {
            return fault == FaultMatrixFault.TIMES_OUT ? FaultMatrixScene.SOON : Duration.ZERO;
        }

        /// Where a deadline or a timeout of ours is to pass soon, what it would take if the default passed instead.
        @Override
        public Duration bound() {
            boolean isOverSoon = fault == FaultMatrixFault.MEETS_DEADLINE || closeTimeout() == FaultMatrixScene.SOON;
            return isOverSoon ? WebSocketOptions.defaults().closeTimeout() : BOUND;
        }

        @Override
        public void play() throws Exception {
            try (FaultMatrixScene<?> scene = protocol.stage.scene(this)) {
                scene.reach(fault != FaultMatrixFault.DESCRIPTORS_RUN_OUT);
                Waiting<Object> call = fault.run(scene);
                outcomes.getFirst().check(scene, fault, call);
                if (outcomes.size() > 1) {
                    outcomes.getLast().check(scene, fault, fault.readAfterwards(scene));
                }
                if (!fault.endsLoop()) {
                    scene.awaitTurn();
                }
            }
        }

        @Override
        public String toString() {
            return protocol.words + (isServer ? " server, " : " client, ") + point.words + ": " + fault.words
                    + threads.words;
        }
    }

    private FaultMatrix() {}

    static List<Cell> cells() {
        var cells = new ArrayList<Cell>();
        for (Protocol protocol : Protocol.values()) {
            protocol.table.lines().skip(1).forEach(line -> addRow(protocol, line.trim().split(" +"), cells));
        }
        return cells;
    }

    private static void addRow(Protocol protocol, String[] words, List<Cell> cells) {
        FaultMatrixFault fault = FaultMatrixFault.valueOf(words[0]);
        FaultMatrixPoint[] points = FaultMatrixPoint.values();
        if (words.length != 1 + points.length) {
            throw new AssertionError(protocol + ", " + fault + ": expected " + points.length + " cells");
        }
        for (FaultMatrixPoint point : points) {
            String[] sides = words[1 + point.ordinal()].split("/");
            for (boolean isServer : new boolean[] {false, true}) {
                String word = sides[isServer ? sides.length - 1 : 0];
                String reason = word.length() == 1 ? REASONS.get(word) : null;
                for (Threads threads : Threads.values()) {
                    var cell = new Cell(protocol, isServer, point, fault, threads, outcomes(word), reason);
                    if (isPlain(cell) || changesOneThing(cell) && concernsLoops(cell) && !isCostly(cell)) {
                        cells.add(cell);
                    }
                }
            }
        }
    }

    private static boolean isPlain(Cell cell) {
        return cell.protocol != Protocol.DEFLATE && cell.threads == Threads.USUAL;
    }

    private static boolean changesOneThing(Cell cell) {
        return cell.protocol == Protocol.DEFLATE ^ cell.threads != Threads.USUAL;
    }

    /// Where these are what is changed.
    private static boolean concernsLoops(Cell cell) {
        return cell.threads != Threads.PLATFORM_LOOPS || cell.fault.isOfLoops();
    }

    /// Takes a process of its own, a second until the system tries to connect again, or a timeout.
    private static boolean isCostly(Cell cell) {
        return cell.shortage() != null || cell.point == FaultMatrixPoint.CONNECTING && !cell.isServer
                || cell.fault == FaultMatrixFault.TIMES_OUT;
    }

    private static List<FaultMatrixOutcome> outcomes(String word) {
        return word.length() == 1
                ? List.of()
                : Stream.of(word.split("\\+")).map(one -> FaultMatrixOutcome.valueOf(one.toUpperCase(Locale.ROOT)))
                        .toList();
    }
}
