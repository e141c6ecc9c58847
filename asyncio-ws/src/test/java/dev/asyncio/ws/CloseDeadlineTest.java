package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A close ends with its deadline, whatever stands in its way, where the close timeout is far from over.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class CloseDeadlineTest {

    private static final int PIPE_BYTES = 1_000;

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    /// Either side of a WebSocket, and its peer.
    private record Scene(WebSocket socket, boolean isServer, MemoryStream peer) {

        void peerSends(Wire wire) throws IOException {
            peer.write(ByteBuffer.wrap(wire.bytes(isServer)), patience());
        }
    }

    /// What stands in the way.
    enum Obstacle {

        /// The peer has room for the close frame, and does not answer it.
        SILENCE {
            @Override
            List<Waiting<?>> raise(Scene scene) {
                return List.of();
            }
        },
        /// There is no room for it.
        NO_ROOM {
            @Override
            List<Waiting<?>> raise(Scene scene) throws IOException {
                scene.socket.send(ByteBuffer.allocate(PIPE_BYTES - (scene.isServer ? 4 : 8)));
                return List.of();
            }
        },
        /// Another thread sends to a peer that does not read.
        SEND {
            @Override
            List<Waiting<?>> raise(Scene scene) {
                return List.of(Waiting.parked(
                        ThreadKind.VIRTUAL, () -> scene.socket.send(ByteBuffer.allocate(10 * PIPE_BYTES))));
            }
        },
        /// Another thread receives.
        RECEIVE {
            @Override
            List<Waiting<?>> raise(Scene scene) {
                return List.of(Waiting.parked(ThreadKind.VIRTUAL, () -> scene.socket.receive()));
            }
        },
        /// The peer answers with messages without end.
        FLOOD {
            @Override
            List<Waiting<?>> raise(Scene scene) {
                return List.of(Waiting.start(ThreadKind.VIRTUAL, () -> {
                    while (true) {
                        scene.peerSends(Wire.binary(new byte[100]));
                    }
                }));
            }
        },
        /// The peer answers as it should, and does not end the stream.
        NO_END {
            @Override
            List<Waiting<?>> raise(Scene scene) throws IOException {
                scene.peerSends(Wire.close(1000, ""));
                return List.of();
            }
        };

        /// @return other threads' calls, which a close ends
        abstract List<Waiting<?>> raise(Scene scene) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void aCloseEndsWithItsDeadline(Obstacle obstacle) throws Exception {
        var options = WebSocketOptions.builder().closeTimeout(Duration.ofHours(1)).build();
        for (boolean isServer : new boolean[] {true, false}) {
            try (var streams = MemoryStream.pair(PIPE_BYTES)) {
                WebSocket socket = Sockets.over(streams.left(), isServer, options);
                List<Waiting<?>> others = obstacle.raise(new Scene(socket, isServer, streams.right()));
                var soon = Deadline.after(Duration.ofMillis(50));
                var closing = Waiting.start(ThreadKind.VIRTUAL, () -> socket.close(CloseCode.NORMAL, "", soon));
                closing.untilEnded();
                if (obstacle != Obstacle.NO_END) { // with which the close has come to what it is for
                    closing.failure(SocketTimeoutException.class);
                }
                assertFalse(streams.left().isOpen());
                others.forEach(other -> other.failure(IOException.class));
            }
        }
    }
}
