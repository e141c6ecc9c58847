package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.Overload.Scale;
import dev.asyncio.core.testing.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OverloadTest {

    private static final int CONNECTIONS = 200;
    private static final double SECONDS = 0.5;
    private static final double RETURN_SECONDS = 1;

    @RegisterExtension
    private final Seed seed = new Seed();

    @TempDir
    private Path folder;

    private Verdict check(Class<?> serverMain, OverloadScheme scheme, Scale scale) throws Exception {
        return Overload.check(serverMain, List.of(), scheme, scale, seed.value(), folder);
    }

    @ParameterizedTest
    @EnumSource
    void anOverloadedServerRefusesTheRestAndIsAsBeforeAfterwards(OverloadScheme scheme) throws Exception {
        Verdict verdict = check(OverloadServer.class, scheme,
                new Scale(CONNECTIONS, SECONDS, RETURN_SECONDS, 60, 60, false, ChildJvm.MAX_SILENCE));
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("; asked for 5 times as much (5,000/s): "), verdict.finding());
        assertTrue(verdict.finding().endsWith("; seed " + seed.value()), verdict.finding());
        assertFalse(verdict.finding().contains("NaN"), verdict.finding());
        assertTrue(Files.readString(folder.resolve("overload.svg")).contains("200 connections"));
    }

    @Test
    void aServerThatRefusesNobodyAndSwallowsAReplyAndKeepsMemoryFails() throws Exception {
        Verdict verdict = check(OverloadFaultyServer.class, OverloadScheme.WS,
                new Scale(CONNECTIONS, SECONDS, RETURN_SECONDS, 0, 3, false, ChildJvm.MAX_SILENCE));
        assertFails(verdict, "unexpected failed:SocketTimeoutException",
                "5 times as much (5,000/s): nobody was refused", " connections were served, 12 were to be",
                "200 connections: nobody was refused", "200 connections: the heap grew by",
                "after the load had gone: the heap grew by");
    }

    @Test
    void aServerThatIsLateWhateverItIsAskedForFailsWhereTimesAreJudged() throws Exception {
        Verdict verdict = check(OverloadLateServer.class, OverloadScheme.WS,
                new Scale(20, SECONDS, RETURN_SECONDS, 0, 30, true, ChildJvm.MAX_SILENCE));
        assertFails(verdict, "unloaded, replies: p99 ", "; does not sustain ", "/s), replies: ", "/s again, replies: ");
    }

    @Test
    void aServerThatSaysNothingFails() throws Exception {
        Verdict verdict = check(SilentServer.class, OverloadScheme.WS,
                new Scale(CONNECTIONS, SECONDS, RETURN_SECONDS, 0, 30, false, Duration.ofSeconds(1)));
        assertFails(verdict, "SilentServer[WS, 30] said nothing for 1 s; seed " + seed.value());
    }

    private static void assertFails(Verdict verdict, String... findings) {
        assertFalse(verdict.passed(), verdict.finding());
        for (String finding : findings) {
            assertTrue(verdict.finding().contains(finding), finding + " in " + verdict.finding());
        }
    }
}
