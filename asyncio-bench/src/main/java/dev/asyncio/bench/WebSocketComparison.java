package dev.asyncio.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// A [PinnedComparison] of WebSocket echo servers under [WebSocketLoadClient]:
/// `WebSocketComparison ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [text|binary] [CONTENDER …]`. A contender of
/// the form `NAME=HOST:PORT` is a server that runs already; one of the form `NAME=COMMAND LINE` is a program that
/// serves on 127.0.0.1 and prints a line that ends with its port.
public final class WebSocketComparison {

    private WebSocketComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        List<String> names = PinnedComparison.names(args);
        String messages = "binary";
        if (!names.isEmpty() && List.of("text", "binary").contains(names.getFirst())) {
            messages = names.getFirst();
            names = names.subList(1, names.size());
        }
        List<Subject> subjects = names.isEmpty()
                ? Arrays.stream(WebSocketContender.Kind.values()).filter(WebSocketContender.Kind::isAvailable)
                        .map(Subject::webSocketEcho).toList()
                : names.stream().map(WebSocketComparison::named).toList();
        PinnedComparison.run(args, WebSocketLoadClient.class, subjects, messages);
    }

    private static Subject named(String name) {
        int equals = name.indexOf('=');
        return equals == -1
                ? Subject.webSocketEcho(WebSocketContender.Kind.of(name))
                : Subject.external(name.substring(0, equals), name.substring(equals + 1));
    }
}
