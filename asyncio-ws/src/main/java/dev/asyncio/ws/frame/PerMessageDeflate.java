package dev.asyncio.ws.frame;

/// RFC 7692, section 7: what both sides agreed on, seen from this one. Makes the two halves.
///
/// @param outboundTakeover whether messages sent may refer back to messages before: costs about 270 KiB of native
///        memory for as long as the connection lives
/// @param outboundWindowBits how far back, 8 to 15: to at most 2 to the power of this many bytes
/// @param inboundTakeover whether messages received may refer back: costs about 45 KiB of native memory for as long
/// @param level how hard to compress, 0 to 9, or -1 for the default of [java.util.zip.Deflater]
public record PerMessageDeflate(boolean outboundTakeover, int outboundWindowBits, boolean inboundTakeover, int level) {

    /// 7.1.2: the window of a side that did not agree to a smaller one.
    public static final int MAX_WINDOW_BITS = 15;

    /// Checks the numbers.
    public PerMessageDeflate {
        if (outboundWindowBits < 8 || outboundWindowBits > MAX_WINDOW_BITS) {
            throw new IllegalArgumentException("deflate: expected a window of 8 to 15 bits, got " + outboundWindowBits);
        }
        if (level < -1 || level > 9) {
            throw new IllegalArgumentException("deflate: expected a level of -1 to 9, got " + level);
        }
    }

    /// Makes the outbound half of a connection.
    ///
    /// @return the connection's own; to be closed with it
    public MessageDeflater newDeflater() {
        return new MessageDeflater(level, outboundWindowBits, outboundTakeover);
    }

    /// Makes the inbound half of a connection. What window the peer keeps to makes no difference to it.
    ///
    /// @param maxMessageBytes the largest message allowed, inflated
    /// @return the connection's own; to be closed with it
    public MessageInflater newInflater(long maxMessageBytes) {
        return new MessageInflater(maxMessageBytes, inboundTakeover);
    }
}
