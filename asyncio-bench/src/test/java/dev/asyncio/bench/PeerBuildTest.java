package dev.asyncio.bench;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No peer is needed, so nothing that is wrong with one may end `build.sh`.
class PeerBuildTest {

    /// Far beyond what all compilers take on a busy machine.
    private static final int BUILD_SECONDS = 240;

    @TempDir
    private Path folder;

    /// Has `build.sh` build what it can.
    ///
    /// @return its list
    static Path build(Path folder, Map<String, String> environment) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        var builder = new ProcessBuilder("peers/build.sh", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process build = builder.start();
        if (!build.waitFor(BUILD_SECONDS, TimeUnit.SECONDS)) {
            build.descendants().forEach(ProcessHandle::destroy);
            build.destroy();
            fail("peers/build.sh has not ended after " + BUILD_SECONDS + " s: " + Files.readString(output));
        }
        assertEquals(0, build.exitValue(), Files.readString(output));
        return folder.resolve("peers.properties");
    }

    static Properties read(Path list) throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(list)) {
            properties.load(reader);
        }
        return properties;
    }

    /// What is listed where there is Bun and Node, libraries are found, and gcc is what a script makes of it.
    private Properties buildWith(String gcc, Path peers) throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        program(tools.resolve("gcc"), gcc);
        program(tools.resolve("g++"), "case $* in *-E*) echo 102201 ;; *) exit 1 ;; esac");
        program(tools.resolve("cmake"), """
                case $1 in
                    --build) exit 1 ;;
                    *) printf -- '-- version of trantor: 1\\n-- version of drogon: 1\\n' ;;
                esac
                """);
        program(tools.resolve("bun"), "echo 1");
        program(tools.resolve("node"), "echo 1");
        String path = tools + File.pathSeparator + System.getenv("PATH");
        return read(build(peers, Map.of("PATH", path, "PEERS_MODULES", folder.toString())));
    }

    @Test
    void whatDoesNotCompileIsSkippedWithAWord() throws Exception {
        Path peers = Files.createDirectory(folder.resolve("peers"));
        for (String ofAnEarlierBuild : new String[] {"epoll-echo", "blocking-source", "no-delay"}) {
            program(peers.resolve(ofAnEarlierBuild), "exit 0");
        }
        Properties list = buildWith("exit 1", peers);
        String notReadBack = "its TCP_NODELAY cannot be read back: no-delay.c does not compile";
        assertEquals(Map.ofEntries(
                entry("skipped.c-epoll", "epoll-echo.c does not compile"),
                entry("skipped.c-epoll-spin", "epoll-echo.c does not compile"),
                entry("skipped.c-source", "blocking-source.c does not compile"),
                entry("skipped.asio-sync", "asio-sync-echo.cpp does not compile"),
                entry("skipped.asio-async", "asio-async-echo.cpp does not compile"),
                entry("skipped.asio-source", "asio-source.cpp does not compile"),
                entry("skipped.trantor", "trantor-echo.cpp does not compile"),
                entry("skipped.drogon", "drogon-ws-echo.cpp does not compile"),
                entry("skipped.bun", notReadBack),
                entry("skipped.bun-source", notReadBack),
                entry("skipped.ws", notReadBack),
                entry("skipped.ws-source", notReadBack)), list);
    }

    /// Its command line would be parted there.
    @Test
    void whatHasABlankInItsPathIsSkippedWithAWord() throws Exception {
        Path peers = Files.createDirectory(folder.resolve("some peers"));
        Properties list = buildWith("""
                case $1 in
                    -dumpfullversion) echo 1 ;;
                    *) for last; do :; done; echo 'exit 0' > "$last"; chmod +x "$last" ;;
                esac
                """, peers);
        assertEquals("its path has a blank: " + peers.resolve("epoll-echo"), list.get("skipped.c-epoll"));
        assertNull(list.get("c-epoll"));
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make a program of " + file);
        }
    }
}
