package dev.asyncio.ws;

import dev.asyncio.ws.handshake.DeflateParameters;

/// What to ask for, or agree to, in permessage-deflate (RFC 7692, section 7.1). A client offers it; a server takes what
/// the client offers, within these limits.
///
/// @param serverNoContextTakeover each message of the server's is compressed by itself, so that it holds no memory
///     between messages
/// @param clientNoContextTakeover the same for the client's
/// @param serverMaxWindowBits how far back the server may refer: 8 to 15, 2 to the power of this many bytes
/// @param clientMaxWindowBits the same for the client
public record Compression(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if a window is none of 8 to 15
    public Compression {
        DeflateParameters.requireWindowBits(serverMaxWindowBits, clientMaxWindowBits);
    }

    /// Compresses best: messages refer back to earlier ones. A connection that compresses holds about 300 KiB of native
    /// memory.
    ///
    /// @return no limits
    public static Compression withContext() {
        return new Compression(false, false, 15, 15);
    }

    /// Compresses each message by itself: an idle connection holds no memory for it.
    ///
    /// @return without context on either side
    public static Compression withoutContext() {
        return new Compression(true, true, 15, 15);
    }

    DeflateParameters toParameters() {
        return new DeflateParameters(
                serverMaxWindowBits, clientMaxWindowBits, serverNoContextTakeover, clientNoContextTakeover);
    }
}
