package dev.asyncio.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("dev.asyncio.LoopFailed")
@Label("Event Loop Failed")
@Category("asyncio")
@Description("An event loop ended with an exception; every wait on its channels fails from now on")
final class LoopFailedEvent extends Event {

    @Label("Event Loop")
    String loop;

    @Label("Failure")
    String failure;
}
