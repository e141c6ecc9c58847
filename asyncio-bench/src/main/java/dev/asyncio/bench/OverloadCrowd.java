package dev.asyncio.bench;

import dev.asyncio.bench.Overload.Scale;
import java.util.Map;

/// Clients that come to a server, are measured, and stay until they are to leave: one load, and a line of input of
/// [OverloadClients].
///
/// @param clientCount who come
/// @param servedCount how many of them the server is to serve; it is to refuse the others
/// @param messagesPerSecond that each client sends while it is served; 0 for as many as it can
/// @param arrivalSeconds within which they come, one after the other
/// @param settleSeconds that they are there, each with an answer, before they are measured
/// @param returnSeconds until one that was refused comes again, on average
record OverloadCrowd(int clientCount, int servedCount, double messagesPerSecond, double arrivalSeconds,
        double settleSeconds, double seconds, double returnSeconds) {

    /// So many times what the server sustains is asked for where the rate is the overload.
    static final double TIMES = 5;

    /// Of what the server sustains, what those that it serves may take then. The rest of the five times is refused.
    private static final double SERVED_PART = 0.6;

    /// Of what the server sustains, what all clients send where connections are the overload.
    private static final double SENT_PART = 0.4;

    /// Before the door, for each ten connections within.
    private static final double TURNED_AWAY_PART = 0.1;

    /// Of each client that sends by the clock, unless connections are the overload.
    private static final double MESSAGES_PER_SECOND = 50;

    /// Who keep a server busy, and as many whom it refuses again and again.
    static OverloadCrowd warmUp(double seconds) {
        return new OverloadCrowd(64, 32, 0, 0.5, 0, seconds, 0.05);
    }

    /// Who send as much as they get replies to.
    static OverloadCrowd busy(double seconds) {
        return new OverloadCrowd(64, 64, 0, 0.5, 0, seconds, 1);
    }

    /// Who are no load.
    static OverloadCrowd few(double seconds) {
        return new OverloadCrowd(10, 10, 20, 0, 0, seconds, 1);
    }

    /// Of whom none is served.
    static OverloadCrowd turnedAway(double seconds) {
        return new OverloadCrowd(10, 0, 0, 0.5, 0, seconds, 0.2);
    }

    /// Who send so many messages a second together, by the clock.
    static OverloadCrowd steady(double rate, OverloadScheme scheme, double seconds) {
        int count = clientCount(rate);
        return new OverloadCrowd(
                count, count, MESSAGES_PER_SECOND, count / scheme.arrivalsPerSecond, 0, seconds, 1);
    }

    /// Who would send five times as many messages a second as the server sustains.
    static OverloadCrowd fiveTimes(double sustained, Scale scale) {
        return new OverloadCrowd(clientCount(TIMES * sustained), clientCount(SERVED_PART * sustained),
                MESSAGES_PER_SECOND, scale.returnSeconds(), scale.seconds(), scale.seconds(), scale.returnSeconds());
    }

    /// Of whom as many are served at once as the scale says, and some more are not.
    static OverloadCrowd connections(double sustained, OverloadScheme scheme, Scale scale) {
        int servedCount = scale.connectionCount();
        int count = (int) (servedCount * (1 + TURNED_AWAY_PART));
        return new OverloadCrowd(count, servedCount, SENT_PART * sustained / servedCount,
                scale.returnSeconds() + count / scheme.arrivalsPerSecond, 0, scale.seconds(), scale.returnSeconds());
    }

    private static int clientCount(double rate) {
        return (int) Math.max(1, rate / MESSAGES_PER_SECOND);
    }

    /// At how many connections the server is to refuse who comes: never, if it is to serve all of them, for it may still
    /// count some that have just left.
    int limit() {
        return servedCount == clientCount ? Integer.MAX_VALUE : servedCount;
    }

    String toLine() {
        return "clients=%d served=%d rate=%s arrival=%s settle=%s seconds=%s return=%s".formatted(
                clientCount, servedCount, messagesPerSecond, arrivalSeconds, settleSeconds, seconds, returnSeconds);
    }

    static OverloadCrowd ofLine(String line) {
        Map<String, Double> values = Values.parseFigures(line);
        return new OverloadCrowd(values.get("clients").intValue(), values.get("served").intValue(),
                values.get("rate"), values.get("arrival"), values.get("settle"), values.get("seconds"),
                values.get("return"));
    }
}
