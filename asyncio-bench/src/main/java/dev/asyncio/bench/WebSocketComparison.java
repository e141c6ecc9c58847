package dev.asyncio.bench;

import java.io.IOException;
import java.util.List;

/// A [PinnedComparison] of WebSocket echo servers under [WebSocketLoadClient]:
/// `WebSocketComparison ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [text|binary] [CONTENDER …]`, where contenders are
/// as [NamedServers] has them.
public final class WebSocketComparison {

    private WebSocketComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        List<String> names = PinnedComparison.names(args);
        String messages = "binary";
        if (!names.isEmpty() && List.of("text", "binary").contains(names.getFirst())) {
            messages = names.getFirst();
            names = names.subList(1, names.size());
        }
        List<Subject> subjects = NamedServers.of(names, WebSocketContender.Kind.values(),
                WebSocketContender.Kind::isAvailable, Subject::webSocketEcho);
        PinnedComparison.run(args, WebSocketLoadClient.class, subjects, messages);
    }
}
