package dev.asyncio.ws;

import dev.asyncio.ws.frame.MessageDeflater;
import dev.asyncio.ws.frame.MessageInflater;
import dev.asyncio.ws.frame.PerMessageDeflate;
import dev.asyncio.ws.handshake.DeflateParameters;
import java.util.Optional;
import java.util.zip.Deflater;

/// What a handshake came to.
record Negotiated(
        boolean isServer,
        HandshakeRequest request,
        Optional<String> subprotocol,
        Optional<DeflateParameters> deflate) {

    /// Null without compression.
    MessageDeflater newDeflater() {
        return deflate.map(this::seenFromHere).map(PerMessageDeflate::newDeflater).orElse(null);
    }

    /// Null without compression. How long a message may get is the receiver's business.
    MessageInflater newInflater() {
        return deflate.map(this::seenFromHere)
                .map(agreed -> agreed.newInflater(Long.MAX_VALUE))
                .orElse(null);
    }

    private PerMessageDeflate seenFromHere(DeflateParameters agreed) {
        return isServer
                ? new PerMessageDeflate(
                        !agreed.serverNoContextTakeover(),
                        agreed.serverMaxWindowBits(),
                        !agreed.clientNoContextTakeover(),
                        Deflater.DEFAULT_COMPRESSION)
                : new PerMessageDeflate(
                        !agreed.clientNoContextTakeover(),
                        agreed.clientMaxWindowBits(),
                        !agreed.serverNoContextTakeover(),
                        Deflater.DEFAULT_COMPRESSION);
    }
}
