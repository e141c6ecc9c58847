package dev.asyncio.bench;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server to be compared, by the name that the table gives it; or a client, which has a server of its own of the same
/// kind as the others.
///
/// @param options of its JVM, which are asked for when it starts
/// @param clientOptions of the client's JVM
/// @param clientArguments what the client's command line has besides
record Subject(String title, JvmOptions options, Starter starter, JvmOptions clientOptions,
        List<String> clientArguments) {

    private static final Pattern HOST_AND_PORT = Pattern.compile("([\\w.-]+):(\\d+)");

    /// A server, whose client is as that of the others.
    private Subject(String title, JvmOptions options, Starter starter) {
        this(title, options, starter, List::of, List.of());
    }

    /// A main of this module that prints its port.
    static Subject main(String title, Class<?> main, Object... arguments) {
        return main(title, List::of, main, arguments);
    }

    /// The same, with options of the JVM that are asked for when it starts.
    static Subject main(String title, JvmOptions options, Class<?> main, Object... arguments) {
        return new Subject(title, options, () -> RunningServer.started(
                ChildJvm.startOnCore(PinnedComparison.SERVER_CORE, options.get(), main, arguments)));
    }

    /// A TCP echo server of this module.
    static Subject echo(EchoContender.Kind kind) {
        return main(kind.toString(), EchoServerMain.class, kind.name());
    }

    /// A WebSocket echo server of this module.
    static Subject webSocketEcho(WebSocketContender.Kind kind) {
        return main(kind.toString(), WebSocketServerMain.class, kind.name());
    }

    /// A client of [FixedWebSocketServer].
    ///
    /// @param options of the client's JVM
    static Subject webSocketClient(WebSocketClientKind kind, JvmOptions options) {
        Subject server = main(kind.toString(), FixedWebSocketServer.class);
        return new Subject(server.title, options, server.starter, options, List.of(kind.name()));
    }

    /// Subjects of which the first is ours, with its other half of the A/A pair.
    static List<Subject> withAgain(List<Subject> subjects) {
        Subject ours = subjects.getFirst();
        return Comparison.withAgain(subjects, ours.named(Contenders.ASYNCIO_AGAIN));
    }

    /// The same with another title.
    Subject named(String other) {
        return new Subject(other, options, starter, clientOptions, clientArguments);
    }

    /// A server that somebody else has started, `HOST:PORT`, or a command line that starts one and prints its port
    /// as ours do.
    static Subject external(String title, String where) {
        Matcher running = HOST_AND_PORT.matcher(where);
        if (running.matches()) {
            return new Subject(title, List::of, () -> new RunningServer(running.group(1), running.group(2), null));
        }
        List<String> command = List.of(where.split(" +"));
        return new Subject(title, List::of,
                () -> RunningServer.started(ChildJvm.startOnCore(PinnedComparison.SERVER_CORE, command)));
    }

    /// What a JVM gets besides what all get.
    @FunctionalInterface
    interface JvmOptions {
        List<String> get() throws IOException;
    }

    /// Makes a server ready for clients.
    @FunctionalInterface
    interface Starter {
        RunningServer start() throws IOException;
    }
}
