package dev.asyncio.net;

import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Spin;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/// The contract over loopback, on every kind of loop.
class TcpStreamTest {

    @Nested
    class OnTheSharedLoops extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            return overLoopback(TcpOptions.defaults());
        }

        @Override
        protected Optional<Ends> connect(Duration readTimeout) throws Exception {
            return Optional.of(overLoopback(withReadTimeout(readTimeout)));
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
            return overLoopback(TcpOptions.builder().eventLoops(group).build());
        }

        @AfterAll
        void closeGroup() {
            group.close();
        }
    }
}
