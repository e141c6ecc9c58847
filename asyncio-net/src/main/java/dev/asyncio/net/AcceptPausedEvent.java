package dev.asyncio.net;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.asyncio.AcceptPaused")
@Label("Accept Paused")
@Category("asyncio")
@Description("A server could not accept a connection, most often for want of descriptors, and paused before it tried"
        + " again; newcomers waited in the backlog")
@StackTrace(false)
final class AcceptPausedEvent extends Event {

    @Label("Listener")
    String listener;

    @Label("Reason")
    String reason;
}
