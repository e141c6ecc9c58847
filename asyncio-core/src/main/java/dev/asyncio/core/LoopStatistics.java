package dev.asyncio.core;

/// What an event loop has done since it started; a snapshot, each number exact to a turn of the loop.
///
/// @param selectCount selections made, those that only looked and did not wait included
/// @param parkCount selections in which the loop slept
/// @param wakeupCount sleeps that another thread of this process cut short
/// @param spuriousCount sleeps that ended with nothing to do
/// @param unclaimedCount events that found nobody waiting, each of which disarmed its interest
/// @param registrationCount channels registered now
public record LoopStatistics(
        long selectCount,
        long parkCount,
        long wakeupCount,
        long spuriousCount,
        long unclaimedCount,
        int registrationCount) {}
