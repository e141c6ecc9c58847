package dev.asyncio.bench;

/// Names that more than one class knows a contender by.
final class Contenders {

    static final String ASYNCIO = EchoContender.Kind.ASYNCIO.toString();

    /// The other half of the A/A pair: the same contender, measured as if it were another. What lies between the two
    /// is noise.
    static final String ASYNCIO_AGAIN = ASYNCIO + ", again";

    /// A stream of messages of which ours joins those that are sent at one go.
    static final String ASYNCIO_SOON = ASYNCIO + ", sendSoon";

    static final String C_EPOLL = "C, epoll";
    static final String C_SPIN = "C, epoll, spinning";
    static final String C_SOURCE = "C, blocking";
    static final String BUN = "Bun";

    private Contenders() {}
}
