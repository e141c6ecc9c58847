package dev.asyncio.core.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Takes every descriptor that is left, until it is closed. For processes of their own.
public final class AllDescriptors implements AutoCloseable {

    private final List<FileChannel> taken = new ArrayList<>();

    private AllDescriptors() {}

    public static AllDescriptors take() {
        var all = new AllDescriptors();
        try {
            while (true) {
                all.taken.add(FileChannel.open(Path.of("/dev/null")));
            }
        } catch (IOException _) {
            return all; // none is left
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : taken) {
            file.close();
        }
    }
}
