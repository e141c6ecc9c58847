package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A server in a round of a [PinnedComparison], with a client of its own. Once rehearsed, both are stopped by the system
/// but when it is their turn.
///
/// @param missing the loads under which it is to be measured
record Entrant(String title, RunningServer server, ChildJvm client, List<Map<String, String>> missing)
        implements
            AutoCloseable {

    void rehearse(List<Map<String, String>> loads, Timing timing) throws IOException, InterruptedException {
        try {
            for (Map<String, String> load : loads) {
                LoadDialogue.measure(client, server, load, timing);
            }
            pause();
        } catch (IOException e) {
            throw named(e);
        }
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
