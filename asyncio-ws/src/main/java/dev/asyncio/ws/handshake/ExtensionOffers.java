package dev.asyncio.ws.handshake;

import java.util.List;
import java.util.Optional;

/// The extensions that a client offers, in the order of its preference, and the server's choice among them.
public final class ExtensionOffers {

    private final List<Extension> offers;

    private ExtensionOffers(List<Extension> offers) {
        this.offers = offers;
    }

    /// A choice, and how to say it.
    ///
    /// @param parameters what both sides compress with
    /// @param response the value of `Sec-WebSocket-Extensions` in the response
    public record Accepted(DeflateParameters parameters, String response) {}

    /// Reads the offers of a request.
    ///
    /// @param headers those of the request
    /// @return its offers; of extensions that nobody knows, too
    /// @throws HandshakeException if they are not in the form of RFC 6455, section 9.1
    public static ExtensionOffers parse(Headers headers) throws HandshakeException {
        return new ExtensionOffers(Extension.parseAll(headers));
    }

    /// Chooses the first permessage-deflate offer that is valid; RFC 7692, section 7, has the others passed over.
    ///
    /// What the client asks for is granted, as we can compress within any window; what the server wishes is added. The
    /// client's window can be limited only where the offer lets us, so this one wish may stay unfulfilled.
    ///
    /// @param wishes the most that the server wants
    /// @return empty if there is no such offer
    public Optional<Accepted> accept(DeflateParameters wishes) {
        return offers.stream()
                .filter(offer -> offer.name().equals(DeflateTerms.EXTENSION))
                .filter(offer -> DeflateTerms.faultOf(offer).isEmpty())
                .findFirst()
                .map(offer -> accept(DeflateTerms.of(offer), wishes));
    }

    private static Accepted accept(DeflateTerms offer, DeflateParameters wishes) {
        int largest = DeflateParameters.MAX_WINDOW_BITS;
        int clientWindowBits = offer.hasClientMaxWindowBits()
                ? Math.min(offer.clientMaxWindowBits().orElse(largest), wishes.clientMaxWindowBits())
                : largest;
        var agreed = new DeflateParameters(
                Math.min(offer.serverMaxWindowBits().orElse(largest), wishes.serverMaxWindowBits()),
                clientWindowBits,
                offer.serverNoContextTakeover() || wishes.serverNoContextTakeover(),
                offer.clientNoContextTakeover() || wishes.clientNoContextTakeover());
        // 7.1.2.1: a limit that was asked for is granted by naming it, be it the largest.
        return new Accepted(agreed, agreed.response(offer.serverMaxWindowBits().isPresent()));
    }
}
