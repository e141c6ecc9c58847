package dev.asyncio.core;

import dev.asyncio.core.testing.AllDescriptors;
import dev.asyncio.core.testing.OwnProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A loop in a process that has no descriptor left to read a class file with.
class DescriptorShortageTest {

    @Test
    void aLoopWhoseFirstEventComesWithoutDescriptorsLivesOn() throws Exception {
        OwnProcess.of(OutOfDescriptors.class).descriptorLimit(100).run();
    }

    static final class OutOfDescriptors {

        static void main(String[] args) throws Exception {
            SocketChannel.open().close(); // the JDK reads a file before its first
            try (var group = EventLoopGroup.builder().loopCount(1).name("asyncio-short").build()) {
                Pipe pipe = Pipe.open();
                var registration = group.next().register(pipe.source());
                try {
                    registration.await(Interest.READ, Deadline.after(Duration.ofMillis(1)));
                } catch (IOException _) {
                    // It was to load the classes of those who wait, not those of the loop.
                }
                try (var _ = AllDescriptors.take()) {
                    var one = ByteBuffer.allocate(1);
                    for (int i = 0; i < 3; i++) {
                        pipe.sink().write(one.clear());
                        registration.await(Interest.READ, Deadline.never());
                        pipe.source().read(one.clear());
                    }
                }
                registration.close();
                pipe.sink().close();
            }
        }
    }
}
