package dev.asyncio.bench;

/// What is timed beside somebody who takes more than a share, from when it was due.
enum FairnessKind {

    /// To a client that was there before and says little.
    REPLIES("replies"),

    /// Who connects, shakes hands and has a first reply.
    NEWCOMERS("newcomers"),

    /// By how much a handler's wait on a silent connection outlasts its deadline.
    DEADLINES("deadlines"),

    /// Until a virtual thread runs that a platform thread of the server starts.
    NEW_THREADS("new threads");

    final String title;

    FairnessKind(String title) {
        this.title = title;
    }
}
