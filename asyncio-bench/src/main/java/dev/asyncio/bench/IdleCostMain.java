package dev.asyncio.bench;

import dev.asyncio.bench.HoldingClient.Protocol;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/// [IdleCost] as figures, of any contender: `IdleCostMain TCP|WEBSOCKET CONNECTIONS SECONDS [CONTENDER]`, in a JVM with
/// [#OPTIONS].
public final class IdleCostMain {

    /// The whole heap is resident before anybody connects. So what is resident later and was not before is outside of it,
    /// and what the collector has not given back costs no connection anything.
    static final List<String> OPTIONS = List.of("-Xms1g", "-XX:+AlwaysPreTouch");

    private IdleCostMain() {}

    static void main(String[] args) throws Exception {
        List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
        if (!given.containsAll(OPTIONS)) {
            throw new IllegalStateException("expected a JVM with " + OPTIONS + ", got one with " + given);
        }
        Duration idleTime = Duration.ofMillis((long) (Double.parseDouble(args[2]) * 1_000));
        String contender = args.length > 3 ? args[3] : Contenders.ASYNCIO;
        System.out.println(Values.format(IdleCost
                .measure(Protocol.valueOf(args[0]), contender, Integer.parseInt(args[1]), idleTime)
                .figures()));
    }
}
