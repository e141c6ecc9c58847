package dev.asyncio.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What one crowd came to.
///
/// @param replies to those who were served, with what the cores, the collector and the compilers did meanwhile
record OverloadPhase(Run replies, Run refusals, OverloadCrowd crowd) {

    /// Of what is asked for, what must be answered within the measured time.
    private static final double ANSWERED_PART = 0.9;

    String name() {
        return replies.contender();
    }

    /// The longest by the server's collector.
    double stopMicros() {
        return replies.figure(SoakMeasure.PAUSE.key) * 1e3;
    }

    /// Of the measured time, for how long that compiler has worked that had more to do.
    double compilingPart() {
        double millis =
                Math.max(replies.figure(Figure.SERVER_COMPILE_MILLIS), replies.figure(Figure.CLIENT_COMPILE_MILLIS));
        return millis / 1e3 / replies.figure(Figure.SECONDS);
    }

    /// The sign of an overload.
    List<String> findNobodyRefused() {
        return refusals.figure(DueTimes.EVER_DONE) > 0
                ? List.of()
                : List.of(name() + ": nobody was refused, so this was no overload");
    }

    /// Whether so much was asked for as was meant to be, by those inside and those outside, and so much answered.
    List<String> findMissing() {
        return Stream.of(
                findMissing(replies, crowd.servedCount() * crowd.messagesPerSecond()),
                findMissing(refusals, (crowd.clientCount() - crowd.servedCount()) / crowd.returnSeconds()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> findMissing(Run run, double askedPerSecond) {
        return Figure.messagesPerSecond(run) >= ANSWERED_PART * askedPerSecond
                ? List.of()
                : List.of("%s, %s: %,.1f a second, %,.1f were to be asked for".formatted(
                        run.contender(), run.facts().get(ReliabilityReport.OF), Figure.messagesPerSecond(run),
                        askedPerSecond));
    }

    /// @param held by the server while the crowd is there
    String summary(Map<String, Double> held) {
        return "%s: %,.0f/s served, %,.0f/s refused with 503, %s, longest stop by the collector %.0f ms, wait for a carrier %.0f ms, heap %.1f MiB, resident %.1f MiB, %s"
                .formatted(
                        name(), Figure.messagesPerSecond(replies), Figure.messagesPerSecond(refusals),
                        times(replies, refusals), stopMicros() / 1e3, replies.figure(SoakMeasure.VIRTUAL_STALL.key),
                        held.get(SoakMeasure.HEAP.key) / SoakMeasure.HEAP.unit,
                        held.get(SoakMeasure.RESIDENT.key) / SoakMeasure.RESIDENT.unit, busy());
    }

    static String times(Run replies, Run refusals) {
        return "p99 %.1f ms, to a 503 %.1f ms".formatted(
                replies.figure(Figure.P99_MICROS) / 1e3, refusals.figure(Figure.P99_MICROS) / 1e3);
    }

    /// Who kept the cores busy.
    private String busy() {
        return "cores: server %.0f %%, clients %.0f %%, others %.0f %% of both; compilers %.0f and %.0f ms".formatted(
                Metric.SERVER_CPU_SHARE.value().applyAsDouble(replies),
                Metric.CLIENT_CPU_SHARE.value().applyAsDouble(replies),
                replies.figure(ProcessorUse.OTHERS_PERCENT), replies.figure(Figure.SERVER_COMPILE_MILLIS),
                replies.figure(Figure.CLIENT_COMPILE_MILLIS));
    }
}
