package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// A server in a round of a [PinnedComparison], with a client of its own. Once rehearsed, both are stopped by the system
/// but when it is their turn.
///
/// @param missing the loads under which it is to be measured
record Entrant(String title, RunningServer server, ChildJvm client, List<Map<String, String>> missing)
        implements
            AutoCloseable {

    /// Of the time, what compilers may work for that have all but done their work.
    static final double COMPILING_PART = 0.1;

    void rehearse(List<Map<String, String>> loads, Comparison.Pace pace) throws IOException, InterruptedException {
        try {
            Timing timing = pace.rehearsal();
            rehearse(loads, pace.moreRehearsals(), COMPILING_PART * timing.seconds(), load -> {
                List<Path> compilers = LoadDialogue.compilerThreads(client, server);
                Map<Path, Double> before = ProcessCpu.compilerSeconds(compilers);
                LoadDialogue.measure(client, server, load, timing);
                return ProcessCpu.compilerSecondsSince(before);
            });
            pause();
        } catch (IOException e) {
            throw named(e);
        }
    }

    /// Each load, and then again, in turn, those during which the compilers of either side had not all but done their
    /// work, as far as is known: on a slow machine, a second that is enough elsewhere leaves them in the way of what is
    /// measured.
    ///
    /// @param maxMore how many come again at most, all loads together
    /// @param mostSeconds that compilers may work during a rehearsal then
    static void rehearse(List<Map<String, String>> loads, int maxMore, double mostSeconds, Rehearsal rehearsal)
            throws IOException {
        Queue<Map<String, String>> due = new ArrayDeque<>(loads);
        for (int count = 0; count < loads.size() + maxMore && !due.isEmpty(); count++) {
            Map<String, String> load = due.remove();
            boolean isQuiet = rehearsal.compilerSeconds(load) <= mostSeconds; // what is unknown is not
            if (!isQuiet) {
                due.add(load);
            }
        }
    }

    /// Has a load come, and tells for how many seconds compilers worked meanwhile; not a number if that is not known.
    @FunctionalInterface
    interface Rehearsal {
        double compilerSeconds(Map<String, String> load) throws IOException;
    }

    Map<String, Double> measure(Map<String, String> load, Timing timing)
            throws IOException, InterruptedException {
        try {
            resume();
            Map<String, Double> figures = LoadDialogue.measure(client, server, load, timing);
            pause();
            return figures;
        } catch (IOException e) {
            throw named(e);
        }
    }

    private IOException named(IOException e) {
        return new IOException(title + ": " + e.getMessage(), e);
    }

    private void pause() throws IOException, InterruptedException {
        client.pause();
        server.pause();
    }

    private void resume() throws IOException, InterruptedException {
        server.resume();
        client.resume();
    }

    /// Ends both in good order.
    void finish() throws IOException, InterruptedException {
        resume();
        client.finish();
        server.close();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
