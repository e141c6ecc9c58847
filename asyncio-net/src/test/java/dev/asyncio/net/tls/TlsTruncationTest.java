package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.MemoryStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A whole conversation, from the first record to close_notify, cut at every border of a record and within every one:
/// whoever reads there never takes the cut for an end.
@ExtendWith(NothingLeftOver.class)
class TlsTruncationTest {

    private static final int HEADER_BYTES = 5; // RFC 8446, section 5.1
    private static final int MAX_RECORD_BYTES = HEADER_BYTES + 0xFFFF;
    private static final int MESSAGE_BYTES = 40_000; // three records

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");

    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    enum Fault {
        END {
            @Override
            void apply(MemoryStream stream) throws IOException {
                stream.shutdownOutput();
            }
        },
        RESET {
            @Override
            void apply(MemoryStream stream) {
                stream.abort();
            }
        };

        abstract void apply(MemoryStream stream) throws IOException;
    }

    /// How much of its record still gets through.
    enum Place {
        BORDER,
        WITHIN_THE_HEADER,
        BEHIND_THE_HEADER,
        MIDDLE,
        BEFORE_THE_LAST_BYTE;

        int byteCount(int recordBytes) {
            return switch (this) {
                case BORDER -> 0;
                case WITHIN_THE_HEADER -> HEADER_BYTES / 2;
                case BEHIND_THE_HEADER -> HEADER_BYTES;
                case MIDDLE -> recordBytes / 2;
                case BEFORE_THE_LAST_BYTE -> recordBytes - 1;
            };
        }
    }

    record Cut(Direction direction, Fault fault, int recordIndex, Place place) {}

    static Stream<Arguments> directionsAndFaults() {
        return Stream.of("TLSv1.3", "TLSv1.2")
                .flatMap(protocol -> Stream.of(Direction.values())
                        .flatMap(direction -> Stream.of(Fault.values())
                                .map(fault -> Arguments.of(protocol, direction, fault))));
    }

    @ParameterizedTest
    @MethodSource("directionsAndFaults")
    void aCutIsNeverAnEnd(String protocol, Direction direction, Fault fault) throws Exception {
        for (Place place : Place.values()) {
            int recordIndex = 0;
            while (isCut(protocol, new Cut(direction, fault, recordIndex, place))) {
                recordIndex++;
            }
            assertTrue(recordIndex > MESSAGE_BYTES / 16_384, "only " + recordIndex + " records were cut");
        }
    }

    @Test
    void uncutItPassesWhole() throws Exception {
        assertFalse(isCut("TLSv1.3", new Cut(Direction.TO_SERVER, Fault.END, Integer.MAX_VALUE, Place.BORDER)));
    }

    /// Holds the conversation.
    ///
    /// @return false if it was over before the cut
    private static boolean isCut(String protocol, Cut cut) throws Exception {
        var relay = new Relay(cut);
        var server = Waiting.start(ThreadKind.VIRTUAL, () -> serve(relay.serverSide.right(), protocol));
        var client = Waiting.start(ThreadKind.VIRTUAL, () -> converse(relay.clientSide.left(), protocol));
        boolean isToServer = cut.direction == Direction.TO_SERVER;
        IOException reader = (isToServer ? server : client).value();
        IOException other = (isToServer ? client : server).value();
        boolean isCut = relay.awaitEnd();
        if (isCut) {
            assertTrue(cut.fault == Fault.END ? reader instanceof EOFException : reader != null, cut + ": " + reader);
        } else {
            assertNull(reader, cut.toString());
            assertNull(other, cut.toString());
        }
        assertFalse(relay.serverSide.right().isOpen() || relay.clientSide.left().isOpen(), cut.toString());
        return isCut;
    }

    private static TlsOptions.Builder options(String protocol) {
        return TlsOptions.builder().protocols(protocol).closeTimeout(Duration.ofMillis(100));
    }

    private static IOException converse(ByteStream below, String protocol) {
        TlsOptions options = options(protocol).authorities(AUTHORITY.certificate()).build();
        return failureOf(() -> {
            try (var stream = TlsStream.client(below, "localhost", options, patience())) {
                var message = ByteBuffer.allocate(MESSAGE_BYTES);
                stream.write(message, patience());
                stream.readFully(message.clear(), patience());
                stream.shutdownOutput();
                return stream.read(message.clear(), patience());
            }
        });
    }

    private static IOException serve(ByteStream below, String protocol) {
        TlsOptions options = options(protocol).identity(LOCALHOST).build();
        return failureOf(() -> {
            try (var stream = TlsStream.server(below, options, patience())) {
                var message = ByteBuffer.allocate(MESSAGE_BYTES);
                stream.readFully(message, patience());
                stream.write(message.flip(), patience());
                return stream.read(message.clear(), patience());
            }
        });
    }

    private static IOException failureOf(Callable<Integer> lastRead) {
        try {
            assertEquals(-1, lastRead.call());
            return null;
        } catch (IOException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Passes records on, both ways, until the one that is cut.
    private static final class Relay {

        private final MemoryStream.Pair clientSide = MemoryStream.pair();
        private final MemoryStream.Pair serverSide = MemoryStream.pair();
        private final Cut cut;
        private final Waiting<Boolean> toServer;
        private final Waiting<Boolean> toClient;

        Relay(Cut cut) {
            this.cut = cut;
            toServer = Waiting.start(ThreadKind.VIRTUAL,
                    () -> pump(clientSide.right(), serverSide.left(), Direction.TO_SERVER));
            toClient = Waiting.start(ThreadKind.VIRTUAL,
                    () -> pump(serverSide.left(), clientSide.right(), Direction.TO_CLIENT));
        }

        /// @return whether there was something to cut
        boolean awaitEnd() throws Exception {
            boolean isCut = toServer.value() | toClient.value();
            clientSide.close();
            serverSide.close();
            return isCut;
        }

        private boolean pump(MemoryStream from, MemoryStream to, Direction direction) {
            boolean isCut = false;
            try {
                var record = ByteBuffer.allocate(MAX_RECORD_BYTES);
                for (int index = 0; readRecord(from, record.clear()); index++) {
                    isCut = direction == cut.direction && index == cut.recordIndex;
                    if (isCut) {
                        to.write(record.limit(cut.place.byteCount(record.limit())));
                        cut.fault.apply(to);
                        drop(from, record);
                        return true;
                    }
                    to.write(record);
                }
                to.shutdownOutput();
            } catch (IOException _) { // one side has gone, and the other is to know
                from.abort();
                to.abort();
            }
            return isCut;
        }

        /// @return false at the end
        private static boolean readRecord(MemoryStream from, ByteBuffer record) throws IOException {
            if (from.read(record.limit(1), patience()) == -1) {
                return false;
            }
            from.readFully(record.limit(HEADER_BYTES), patience());
            from.readFully(record.limit(HEADER_BYTES + Short.toUnsignedInt(record.getShort(3))), patience());
            record.flip();
            return true;
        }

        private static void drop(MemoryStream from, ByteBuffer room) throws IOException {
            while (from.read(room.clear(), patience()) != -1) {}
        }
    }
}
