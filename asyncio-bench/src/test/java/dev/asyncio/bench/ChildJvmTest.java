package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

    private static final Duration MAX_SILENCE = Duration.ofSeconds(1);

    /// On a thread of its own, for it may wait without end.
    private static String failureToReadLine(ChildJvm child) {
        return Waiting.start(ThreadKind.PLATFORM, () -> child.readLine(MAX_SILENCE))
                .failure(ChildJvm.Failure.class)
                .getMessage();
    }

    @Test
    void aChildThatSaysNothingIsEnded() throws Exception {
        try (var child = ChildJvm.start(SilentServer.class)) {
            long startNanos = System.nanoTime();
            assertEquals("SilentServer[] said nothing for 1 s", failureToReadLine(child));
            assertTrue(System.nanoTime() - startNanos >= MAX_SILENCE.toNanos());
            String afterwards = failureToReadLine(child);
            assertTrue(afterwards.startsWith("SilentServer[] ended early"), afterwards);
        }
    }

    /// Prints lines that nobody expects.
    static final class Chatty {

        private Chatty() {}

        static void main() {
            System.out.println("a warning\na warning");
        }
    }

    @Test
    void aLineThatIsNotWhatWasExpectedIsShown() throws Exception {
        try (var child = ChildJvm.start(Chatty.class)) {
            var unexpected =
                    assertThrows(ChildJvm.Failure.class, () -> child.await("measuring", ChildJvm.MAX_SILENCE));
            assertEquals("Chatty[]: expected \"measuring\", got \"a warning\"", unexpected.getMessage());
            var noValues = assertThrows(ChildJvm.Failure.class, child::readValues);
            assertEquals("Chatty[]: expected name=value, got \"a\" in: a warning", noValues.getMessage());
        }
    }

    @Test
    void aChildThatDoesNotEndWhenToldToHasEndedOnceItIsClosed() throws Exception {
        ProcessHandle process;
        try (var child = ChildJvm.start(StubbornServer.class)) {
            process = process(child.readLine());
        }
        assertFalse(process.isAlive());
    }

    @Test
    void whoIsEndedByASignalLeavesNoChildrenNotEvenThoseThatAreStopped() throws Exception {
        List<ProcessHandle> children;
        try (var owner = ChildJvm.start(ServersOwner.class)) {
            children = Arrays.stream(owner.readLine().split(" ")).map(ChildJvmTest::process).toList();
        }
        assertEquals(2, children.size());
        try {
            Waiting.await("the end of the children", () -> children.stream().noneMatch(ChildJvmTest::runs));
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void whoHasAnOwnerEndsWithItAndWithTheChildren() throws Exception {
        Process owner = new ProcessBuilder("sleep", "60").start();
        List<ProcessHandle> children = List.of();
        try (var owned = ChildJvm.startWith(
                List.of("-Dasyncio.bench.owner=" + owner.pid()), ServersOwner.class)) {
            children = Arrays.stream(owned.readLine().split(" ")).map(ChildJvmTest::process).toList();
            owner.destroy();
            assertEquals("ended, since process " + owner.pid() + " has ended", owned.readLine());
            List<ProcessHandle> left = children;
            Waiting.await("the end of the children", () -> left.stream().noneMatch(ChildJvmTest::runs));
        } finally {
            owner.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static ProcessHandle process(String id) {
        return ProcessHandle.of(Long.parseLong(id)).orElseThrow();
    }

    /// Who has ended may still be waiting for somebody to take notice, but has no program.
    private static boolean runs(ProcessHandle process) {
        return process.info().command().isPresent();
    }

    @Test
    void aChildThatHasEndedIsSaidToHave() throws Exception {
        var child = ChildJvm.start(SilentServer.class);
        child.close();
        assertThrows(ChildJvm.Failure.class, child::cpu);
    }
}
