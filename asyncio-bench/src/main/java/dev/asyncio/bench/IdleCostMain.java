package dev.asyncio.bench;

import dev.asyncio.bench.HoldingClient.Protocol;
import java.time.Duration;

/// [IdleCost] as figures, of any contender: `IdleCostMain TCP|WEBSOCKET CONNECTIONS SECONDS [CONTENDER]`.
public final class IdleCostMain {

    private IdleCostMain() {}

    static void main(String[] args) throws Exception {
        Duration idleTime = Duration.ofMillis((long) (Double.parseDouble(args[2]) * 1_000));
        String contender = args.length > 3 ? args[3] : Contenders.ASYNCIO;
        System.out.println(Values.format(IdleCost
                .measure(Protocol.valueOf(args[0]), contender, Integer.parseInt(args[1]), idleTime)
                .figures()));
    }
}
