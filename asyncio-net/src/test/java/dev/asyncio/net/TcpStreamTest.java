package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Spin;
import dev.asyncio.core.testing.Waiting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/// The contract over loopback, on every kind of loop.
class TcpStreamTest {

    private static ByteStreamContract.Ends connectWith(TcpOptions options) throws Exception {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var listener = TcpListener.bind(loopback, options)) {
            TcpStream stream = TcpStream.connect(listener.localAddress(), options, Deadline.never());
            return new ByteStreamContract.Ends(stream, listener.accept(Waiting.patience()));
        }
    }

    @Nested
    class OnTheSharedLoops extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            return connectWith(TcpOptions.defaults());
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnPlatformThreads extends OnItsOwnLoops {
        OnPlatformThreads() {
            super(EventLoopGroup.builder().platformThreads());
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnLoopsThatDoNotSpin extends OnItsOwnLoops {
        OnLoopsThatDoNotSpin() {
            super(EventLoopGroup.builder().spin(Spin.never()));
        }
    }

    abstract static class OnItsOwnLoops extends ByteStreamContract {

        private final EventLoopGroup group;

        OnItsOwnLoops(EventLoopGroup.Builder builder) {
            this.group = builder.loopCount(2).name("asyncio-loop-0").build();
        }

        @Override
        protected Ends connect() throws Exception {
            return connectWith(TcpOptions.builder().eventLoops(group).build());
        }

        @AfterAll
        void closeGroup() {
            group.close();
        }
    }
}
