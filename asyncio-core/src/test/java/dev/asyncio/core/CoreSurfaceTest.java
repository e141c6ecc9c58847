package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.ApiDump;
import dev.asyncio.core.testing.PackageCircles;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoreSurfaceTest {

    @Test
    void theApiIsAsDumped() throws IOException {
        ApiDump.check("asyncio-core", "dev.asyncio.core");
    }

    @Test
    void packagesFormNoCircle() {
        assertEquals(Optional.empty(), PackageCircles.find());
    }
}
