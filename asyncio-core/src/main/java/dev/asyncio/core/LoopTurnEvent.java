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
@Description("A turn of an event loop that was awake took long: its channels waited meanwhile, most often because"
        + " virtual threads that compute without blocking held every carrier thread. What keeps a loop that sleeps from"
        + " waking up does not show")
@Threshold("20 ms")
@StackTrace(false)
final class LoopTurnEvent extends Event {

    @Label("Event Loop")
    String loop;

    @Label("Ready Channels")
    @Description("How many channels the turn found ready; 0 where it looked in vain")
    int readyCount;
}
