package dev.asyncio.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

@Name("dev.asyncio.LoopTurn")
@Label("Event Loop Turn")
@Category("asyncio")
@Description("A turn of an event loop took long: other channels of the loop waited meanwhile, most often because"
        + " handlers that compute without blocking held every carrier thread")
@Threshold("20 ms")
@StackTrace(false)
final class LoopTurnEvent extends Event {

    @Label("Event Loop")
    String loop;

    @Label("Ready Channels")
    int readyCount;
}
