package dev.asyncio.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// A [PinnedComparison] of TCP echo servers under [LoadClient]:
/// `ServerComparison ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [CONTENDER …]`.
public final class ServerComparison {

    private ServerComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        List<String> names = PinnedComparison.names(args);
        List<EchoContender.Kind> kinds = names.isEmpty()
                ? Arrays.stream(EchoContender.Kind.values()).filter(EchoContender.Kind::isAvailable).toList()
                : names.stream().map(EchoContender.Kind::of).toList();
        List<Subject> subjects = kinds.stream().map(Subject::echo).toList();
        PinnedComparison.run(args, LoadClient.class, subjects);
    }
}
