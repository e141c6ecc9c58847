package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import dev.asyncio.bench.EchoContender.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The first thing to run: asyncio, Netty and the JDK's blocking sockets as TCP echo servers, in a few minutes:
/// `QuickComparison [ROUNDS]`. Prints readable tables in the end.
public final class QuickComparison {

    private static final String NAME = "quick";
    private static final List<Kind> KINDS =
            List.of(Kind.ASYNCIO, Kind.NETTY_EPOLL, Kind.NETTY_NIO, Kind.JDK_VIRTUAL, Kind.JDK_PLATFORM);

    private QuickComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        int roundCount = args.length > 0 ? Arguments.number("rounds", 1, args[0]) : 3;
        Path folder = Files.createTempDirectory("asyncio-comparison");
        var peers = new Peers();
        List<Subject> subjects = Subject.withAgain(
                peers.available(NAME, Kind::isAvailable, KINDS).stream().map(Subject::echo).toList());
        var comparison = new PinnedComparison(NAME, LoadClient.class, List.of(), subjects,
                List.of(load(1, 64, 1), load(64, 64, 1), load(64, 64, 16), load(8, 64 * 1024, 1)));
        run(new Suite(folder, Comparison.Pace.QUICK, roundCount), comparison, peers);
    }

    /// Prints what was measured even if it fails, so that who waited for minutes sees what a gate refuses; and what was
    /// skipped.
    static void run(Suite suite, Comparison comparison, Peers peers) throws IOException, InterruptedException {
        try {
            suite.run(List.of(comparison), peers);
        } finally {
            if (suite.has(comparison.name())) {
                ResultFile measured = suite.read(comparison.name());
                ReportTable.print(measured, Metric.ECHO);
                System.out.println();
                Peers.printSkipped(measured.skipped());
                System.out.println("Raw figures: " + suite.folder());
            }
        }
    }
}
