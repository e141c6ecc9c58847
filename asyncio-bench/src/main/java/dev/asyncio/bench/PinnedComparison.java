package dev.asyncio.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Echo servers one after the other under the same load client, each in a process of its own, the server pinned to one
/// core and the client to another, the servers taking turns. Prints medians, with the server's CPU time in the measured
/// seconds alone, and each rate as a multiple of every other.
final class PinnedComparison {

    private static final int WARM_UP_SECONDS = 3;

    private static final int SERVER_CORE = 0;
    private static final int CLIENT_CORE = 1;
    private static final int LOAD_ARGUMENTS = 5;

    private static final Pattern HOST_AND_PORT = Pattern.compile("([\\w.-]+):(\\d+)");

    private final Class<?> client;
    private final Map<Subject, List<Run>> runs = new LinkedHashMap<>();

    PinnedComparison(Class<?> client) {
        this.client = client;
    }

    /// A server to be compared, by the name that the table gives it.
    record Subject(String title, Starter starter) {

        /// A main of this module that prints its port.
        static Subject main(String title, Class<?> main, Object... arguments) {
            return new Subject(title, () -> Server.started(ChildJvm.startOnCore(SERVER_CORE, main, arguments)));
        }

        /// A server that somebody else has started, `HOST:PORT`, or a command line that starts one and prints its port
        /// as ours do.
        static Subject external(String title, String where) {
            Matcher running = HOST_AND_PORT.matcher(where);
            if (running.matches()) {
                return new Subject(title, () -> new Server(running.group(1), running.group(2), null));
            }
            List<String> command = List.of(where.split(" +"));
            return new Subject(title, () -> Server.started(ChildJvm.startOnCore(SERVER_CORE, command)));
        }
    }

    /// Makes a server ready for clients.
    @FunctionalInterface
    interface Starter {
        Server start() throws IOException;
    }

    /// A running server. The process is null if it is somebody else's; then it is neither measured nor ended.
    record Server(String host, String port, ChildJvm process) implements AutoCloseable {

        static Server started(ChildJvm process) throws IOException {
            String listening;
            try {
                listening = process.readLine();
            } catch (IOException e) {
                process.close();
                throw e;
            }
            return new Server("127.0.0.1", listening.substring(listening.lastIndexOf(' ') + 1), process);
        }

        /// In seconds; not a number where it is not known.
        double cpuSeconds() {
            return process == null ? Double.NaN : process.cpu().toNanos() / 1e9;
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
            }
        }
    }

    /// One run against one server.
    private record Run(double rate, double p50Micros, double p99Micros, double serverCpuMicros,
            double clientCpuMicros, double clientIdlePercent) {

        static Run of(Map<String, Double> values, double serverCpuSeconds) {
            return new Run(
                    values.get("rate"),
                    values.get("p50us"),
                    values.get("p99us"),
                    serverCpuSeconds * 1e6 / values.get("replies"),
                    values.get("cpuUs"),
                    values.get("idlePercent"));
        }
    }

    /// Runs all and prints the table.
    ///
    /// @param args `ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS …`
    /// @param subjects in the order of the table
    /// @param clientOptions what the client wants to know besides
    void run(String[] args, List<Subject> subjects, String... clientOptions) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(args[0]);
        List<String> load = new ArrayList<>(
                List.of(args[1], args[2], args[3], Integer.toString(WARM_UP_SECONDS), args[4]));
        load.addAll(List.of(clientOptions));
        for (int i = 0; i < rounds; i++) {
            for (Subject subject : subjects) {
                runs.computeIfAbsent(subject, _ -> new ArrayList<>()).add(run(subject, load));
            }
        }
        System.out.printf(
                "%s connections, %s B %s, window %s, %s rounds of %s s%n",
                args[1], args[2], String.join(" ", clientOptions), args[3], args[0], args[4]);
        print();
    }

    /// What follows the load on the command line: the servers' names.
    static List<String> names(String[] args) {
        return Arrays.stream(args).skip(LOAD_ARGUMENTS).toList();
    }

    private Run run(Subject subject, List<String> load) throws IOException, InterruptedException {
        try (Server server = subject.starter().start()) {
            List<String> arguments = new ArrayList<>(List.of(server.host(), server.port()));
            arguments.addAll(load);
            try (var loadClient = ChildJvm.startOnCore(CLIENT_CORE, client, arguments.toArray())) {
                loadClient.readLine(); // it is measuring from now on
                double cpuBefore = server.cpuSeconds();
                Map<String, Double> values = loadClient.readValues();
                double serverCpuSeconds = server.cpuSeconds() - cpuBefore;
                loadClient.finish();
                return Run.of(values, serverCpuSeconds);
            }
        } catch (IOException e) {
            throw new IOException(subject.title() + ": " + e.getMessage(), e);
        }
    }

    private void print() {
        int titleWidth = runs.keySet().stream().mapToInt(subject -> subject.title().length()).max().orElse(0) + 2;
        String title = "%-" + titleWidth + "s";
        System.out.printf(title + " %10s %8s %9s %9s %13s %13s %8s  x the rate of%n",
                "server", "replies/s", "spread %", "p50 us", "p99 us", "server cpu us", "client cpu us", "idle %");
        runs.forEach((subject, all) -> {
            double rate = Median.of(all, Run::rate);
            System.out.printf(
                    title + " %10.0f %8.1f %9.1f %9.1f %13.2f %13.2f %8.1f ",
                    subject.title(),
                    rate,
                    spreadPercent(all),
                    Median.of(all, Run::p50Micros),
                    Median.of(all, Run::p99Micros),
                    Median.of(all, Run::serverCpuMicros),
                    Median.of(all, Run::clientCpuMicros),
                    Median.of(all, Run::clientIdlePercent));
            runs.forEach((other, others) -> {
                if (other != subject) {
                    System.out.printf(" %s %.2f", other.title(), rate / Median.of(others, Run::rate));
                }
            });
            System.out.println();
        });
    }

    private static double spreadPercent(List<Run> all) {
        double least = all.stream().mapToDouble(Run::rate).min().orElse(Double.NaN);
        double most = all.stream().mapToDouble(Run::rate).max().orElse(Double.NaN);
        return 100 * (most - least) / Median.of(all, Run::rate);
    }
}
