package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.net.testing.MemoryStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftOver.class)
class ServerAcceptorTest {

    @Test
    void aCloseBetweenTheRequestAndTheAnswerIsToldFromOneBeforeTheHandshake() throws Exception {
        MemoryStream.Pair streams = MemoryStream.pair();
        streams.left().write(ByteBuffer.wrap((RawPeer.request("/") + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        var acceptor = new ServerAcceptor(WebSocketOptions.defaults(), _ -> {
            streams.close();
            return Optional.empty();
        }, null);
        assertThrows(AsynchronousCloseException.class, () -> acceptor.accept(streams.right(), patience()));
        var before = assertThrows(
                ClosedChannelException.class, () -> acceptor.accept(streams.right(), patience()));
        assertSame(ClosedChannelException.class, before.getClass());
    }
}
