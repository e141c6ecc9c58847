package dev.asyncio.ws.handshake;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Heads of any kind, in search of other exceptions than the one declared.
class JazzerHandshakeTest {

    @FuzzTest(maxDuration = "1m")
    void request(byte[] input) {
        try {
            HttpHead.Request head = Heads.requestParser().feed(ByteBuffer.wrap(input));
            if (head == null) {
                return;
            }
            ServerHandshake.isUpgrade(head);
            var handshake = ServerHandshake.check(head);
            var deflate = handshake.extensions().accept(DeflateParameters.defaults());
            handshake.accept(handshake.subprotocols().stream().findFirst(), deflate, Headers.none()).encode();
        } catch (HandshakeException e) {
            FinalAnswer.refuse(e).encode();
        }
    }

    @FuzzTest(maxDuration = "1m")
    void response(byte[] input) {
        try {
            HttpHead.Response head = Heads.responseParser().feed(ByteBuffer.wrap(input));
            if (head != null) {
                ProxyConnect.check(head);
                ExtensionResponse.check(head.headers(), Optional.of(DeflateParameters.defaults()));
            }
        } catch (HandshakeException _) {
            // As declared.
        }
    }
}
