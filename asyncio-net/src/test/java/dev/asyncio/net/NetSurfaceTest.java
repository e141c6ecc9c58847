package dev.asyncio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.testing.ApiDump;
import dev.asyncio.core.testing.PackageCircles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetSurfaceTest {

    @Test
    void theApiIsAsDumped() throws IOException {
        ApiDump.check("asyncio-net", "dev.asyncio.net", "dev.asyncio.net.testing", "dev.asyncio.net.tls");
    }

    @Test
    void packagesFormNoCircle() throws URISyntaxException {
        var core = Path.of(EventLoop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertEquals(Optional.empty(), PackageCircles.find(core));
    }
}
