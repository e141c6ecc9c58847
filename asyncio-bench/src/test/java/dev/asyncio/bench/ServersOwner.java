package dev.asyncio.bench;

import java.util.stream.Collectors;

/// Starts two servers, one of which it has the system stop, and says their process ids. Ends by a signal only, and so does
/// not close them.
final class ServersOwner {

    private ServersOwner() {}

    static void main() throws Exception {
        start();
        start().pause();
        System.out.println(ProcessHandle.current().children()
                .map(child -> Long.toString(child.pid()))
                .collect(Collectors.joining(" ")));
        Thread.currentThread().join();
    }

    private static ChildJvm start() throws Exception {
        ChildJvm server = ChildJvm.start(EchoServerMain.class, EchoContender.Kind.ASYNCIO.name());
        server.readLine();
        return server;
    }
}
