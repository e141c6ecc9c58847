package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.testing.ApiDump;
import dev.asyncio.core.testing.PackageCircles;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WsSurfaceTest {

    @Test
    void theApiIsAsDumped() throws IOException {
        ApiDump.check("asyncio-ws", "dev.asyncio.ws");
    }

    @Test
    void packagesFormNoCircle() throws URISyntaxException {
        assertEquals(Optional.empty(), PackageCircles.find(classesOf(EventLoop.class), classesOf(ByteStream.class)));
    }

    private static Path classesOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
