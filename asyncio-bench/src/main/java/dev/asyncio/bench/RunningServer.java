package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A running server. The process is null if it is somebody else's; then it is neither measured nor ended.
record RunningServer(String host, String port, ChildJvm process) implements AutoCloseable {

    static RunningServer started(ChildJvm process) throws IOException {
        String listening;
        try {
            listening = process.readLine();
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new RunningServer("127.0.0.1", listening.substring(listening.lastIndexOf(' ') + 1), process);
    }

    void pause() throws IOException, InterruptedException {
        if (process != null) {
            process.pause();
        }
    }

    void resume() throws IOException, InterruptedException {
        if (process != null) {
            process.resume();
        }
    }

    /// In seconds; not a number where it is not known.
    double cpuSeconds() throws IOException {
        return process == null ? Double.NaN : process.cpu().toNanos() / 1e9;
    }

    /// What of these the kernel worked for the server; not a number where it is not known.
    double kernelSeconds() throws IOException {
        return process == null ? Double.NaN : process.kernelSeconds();
    }

    /// Those of the server, for [ProcessCpu#compilerSeconds]; none where they are not known.
    List<Path> compilerThreads() {
        return process == null ? List.of() : process.compilerThreads();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
