package dev.asyncio.ws.handshake;

/// How both sides compress with permessage-deflate (RFC 7692, section 7.1): what was agreed, or what one side wishes.
///
/// @param serverMaxWindowBits the server compresses within a window of at most 2 to this power, in bytes: 8 to 15
/// @param clientMaxWindowBits the same for the client
/// @param serverNoContextTakeover whether the server compresses each message on its own
/// @param clientNoContextTakeover the same for the client
public record DeflateParameters(
        int serverMaxWindowBits,
        int clientMaxWindowBits,
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover) {

    static final int MIN_WINDOW_BITS = 8;
    static final int MAX_WINDOW_BITS = 15;

    /// Checks the window bits.
    public DeflateParameters {
        requireWindowBits(serverMaxWindowBits, clientMaxWindowBits);
    }

    /// Checks the windows of both sides.
    ///
    /// @param server of the server's window
    /// @param client of the client's
    /// @throws IllegalArgumentException if one is none of 8 to 15
    public static void requireWindowBits(int server, int client) {
        requireWindowBits("server", server);
        requireWindowBits("client", client);
    }

    private static void requireWindowBits(String whose, int bits) {
        if (bits < MIN_WINDOW_BITS || bits > MAX_WINDOW_BITS) {
            throw new IllegalArgumentException(whose + " max window bits: expected 8 to 15, got " + bits);
        }
    }

    /// The largest windows, taken over from message to message: what the RFC supposes where nothing is said.
    ///
    /// @return parameters that limit nothing
    public static DeflateParameters defaults() {
        return new DeflateParameters(MAX_WINDOW_BITS, MAX_WINDOW_BITS, false, false);
    }

    /// What a client that wishes this offers. That the server may limit the client's window is always offered.
    ///
    /// @return a value of `Sec-WebSocket-Extensions`
    public String offer() {
        return text(
                serverMaxWindowBits < MAX_WINDOW_BITS,
                clientMaxWindowBits < MAX_WINDOW_BITS ? "; client_max_window_bits=" + clientMaxWindowBits
                        : "; client_max_window_bits");
    }

    /// What a server that agrees to this answers.
    ///
    /// @param namesServerWindow whether the server's window must be named even where it is the largest
    String response(boolean namesServerWindow) {
        return text(
                namesServerWindow || serverMaxWindowBits < MAX_WINDOW_BITS,
                clientMaxWindowBits < MAX_WINDOW_BITS ? "; client_max_window_bits=" + clientMaxWindowBits : "");
    }

    private String text(boolean namesServerWindow, String clientWindow) {
        return DeflateTerms.EXTENSION
                + (serverNoContextTakeover ? "; server_no_context_takeover" : "")
                + (clientNoContextTakeover ? "; client_no_context_takeover" : "")
                + (namesServerWindow ? "; server_max_window_bits=" + serverMaxWindowBits : "")
                + clientWindow;
    }
}
