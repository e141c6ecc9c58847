package dev.asyncio.bench;

import java.io.IOException;
import java.util.List;

/// A [PinnedComparison] of TCP echo servers under [LoadClient]:
/// `ServerComparison ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [CONTENDER …]`, where contenders are as
/// [NamedServers] has them.
public final class ServerComparison {

    private ServerComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        List<Subject> subjects = NamedServers.of(PinnedComparison.names(args), EchoContender.Kind.values(),
                EchoContender.Kind::isAvailable, Subject::echo);
        PinnedComparison.run(args, LoadClient.class, subjects);
    }
}
