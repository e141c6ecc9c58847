package dev.asyncio.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Held by who measures into a folder of result files: two at once would disturb each other, and write into each other's
/// files. The system takes it back from a process that has died.
record ResultLock(FileChannel channel) implements AutoCloseable {

    /// A file by itself, which stays: whoever closes a file that is locked gives up the lock.
    private static final String NAME = ".lock";

    /// @throws IOException if somebody has it
    static ResultLock take(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(
                folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new IOException("another suite measures into " + folder + " now");
        }
        return new ResultLock(channel);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // a thread of this process has it
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
