package dev.asyncio.bench;

import java.util.List;

/// Who was waited for under a load, the server or the client: a rate is that of whoever it was.
///
/// In a closed loop, CPU time alone does not tell. Who polls is always busy, and who does not fills its time with smaller
/// batches where it is the lighter side. But what is under way then lies with the other: as long as the client finds few
/// of its connections ready, the rest lie with the server, which therefore takes them in large batches and is as fast as
/// it can be.
enum Limit {

    /// The client had time left, or little of what was under way.
    SERVER(""),

    /// It had neither, or the server had time left: the server may do more than was measured.
    CLIENT("client-limited"),

    /// The client was busy, and nothing tells for whom it waited or who for it.
    EITHER("both busy"),

    /// Runs of this kind do not tell at all.
    UNKNOWN("");

    /// A client has some percent of other things to do than messages.
    static final double BUSY_CLIENT_PERCENT = 90;

    /// CPU time comes in ticks, a sixtieth of what is measured: who is always busy shows 95 to 102.
    static final double BUSY_SERVER_PERCENT = 94;

    /// A selector of the JDK takes no more from the system at once; beyond that, nobody knows how many were ready.
    static final double MOST_READY = 1024;

    private final String remark;

    Limit(String remark) {
        this.remark = remark;
    }

    static Limit of(Column column, String contender) {
        List<Run> runs = column.runs(contender);
        double clientPercent = Median.of(runs, Limit::clientPercent);
        if (Double.isNaN(clientPercent)) {
            return UNKNOWN;
        }
        if (clientPercent < BUSY_CLIENT_PERCENT) {
            return SERVER;
        }
        if (column.median(contender, Metric.SERVER_CPU_SHARE) < BUSY_SERVER_PERCENT) {
            return CLIENT;
        }
        double ready = Median.of(runs, Limit::readyPart);
        if (Double.isNaN(ready)) {
            return EITHER;
        }
        return ready > 0.5 ? CLIENT : SERVER;
    }

    /// Of the client's core, what was spent on messages; not a number where that is not the question. Older files do not
    /// count sleep as idle.
    private static double clientPercent(Run run) {
        return switch (RunKind.of(run)) {
            case CLOSED_LOOP -> Math.min(Metric.CLIENT_CPU_SHARE.value().applyAsDouble(run),
                    100 - run.figure(Figure.CLIENT_IDLE_PERCENT));
            case SET_UP, STREAM -> Metric.CLIENT_CPU_SHARE.value().applyAsDouble(run);
            default -> Double.NaN;
        };
    }

    /// How many of its connections the client found ready at once. Of a single one, that says nothing; nor does it of so
    /// many that the selector was full as often as not.
    private static double readyPart(Run run) {
        double connections = run.parameter("connections");
        double ready = run.figure(Figure.CLIENT_READY);
        boolean mayBeMore = connections > MOST_READY && ready > MOST_READY / 2;
        return connections > 1 && !mayBeMore ? ready / connections : Double.NaN;
    }

    /// As a table has it; empty if there is nothing to be said.
    String remark() {
        return remark;
    }
}
