package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultFileTest {

    private static final Run RUN = new Run(
            Map.of(Run.CONTENDER, "with \"quotes\", \\ and {braces}: é", "bytes", "64"),
            Map.of("rate", 123_456.0, "p50Us", 0.001, "tiny", 1.5e-9, "negative", -2.0));

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        ResultFile written = Results.begin(folder, "some");
        written.append(RUN);
        written.append(Run.skipped("Drogon", "CMake finds no Drogon"));
        ResultFile read = ResultFile.read(folder.resolve("some.jsonl"));
        assertEquals("some", read.name());
        assertEquals(List.of(RUN), read.runs());
        assertEquals("CMake finds no Drogon", read.skipped().getFirst().facts().get(Run.SKIPPED));
        assertEquals(1e10, read.environment().figure(Environment.MEMORY_COPY));
    }

    @Test
    void aFileGoesOnWhereItWas() throws IOException {
        Results.begin(folder, "some").append(RUN);
        ResultFile again = Results.begin(folder, "some");
        assertTrue(again.has(RUN.facts()));
        assertFalse(again.has(Map.of(Run.CONTENDER, "another")));
    }

    @Test
    void settingsAreNotedOnceAndAreNoRuns() throws IOException {
        ResultFile file = Results.begin(folder, "some");
        file.noteSettings("Netty, NIO", List.of("-Da=1", "-Db=2"));
        file.noteSettings("Netty, NIO", List.of("-Da=1", "-Db=2"));
        file.noteSettings("asyncio", List.of());
        ResultFile read = ResultFile.read(folder.resolve("some.jsonl"));
        assertEquals(List.of(Run.settings("Netty, NIO", List.of("-Da=1", "-Db=2"))), read.settings());
        assertEquals(List.of(), read.runs());
    }

    @Test
    void whoWasMeasuredWithOtherSettingsIsNotGoneOnWith() throws IOException {
        ResultFile file = Results.begin(folder, "some");
        file.noteSettings("Netty, NIO", List.of("-Da=1"));
        var refused = assertThrows(IOException.class, () -> file.noteSettings("Netty, NIO", List.of()));
        assertTrue(refused.getMessage().contains("Netty, NIO was measured with the options -Da=1, not []"),
                refused.getMessage());
    }

    @Test
    void whatIsTakenOutIsMeasuredAnewAndTheRestStays() throws IOException {
        Run other = new Run(Map.of(Run.CONTENDER, "another"), Map.of("rate", 1.0));
        ResultFile file = Results.begin(folder, "some");
        file.append(RUN);
        file.append(other);
        file.remove(List.of(RUN.facts()));
        assertFalse(file.has(RUN.facts()));
        assertEquals(List.of(other), ResultFile.read(folder.resolve("some.jsonl")).runs());
    }

    @Test
    void aFileOfAnotherMachineIsNotGoneOnWith() throws IOException {
        Results.begin(folder, "some");
        Run elsewhere = new Run(Map.of("machine", "another"), Map.of());
        assertThrows(IOException.class, () -> ResultFile.open(folder.resolve("some.jsonl"), elsewhere));
    }

    @Test
    void whatIsNoNumberIsLeftOut() {
        Run run = new Run(Map.of(Run.CONTENDER, "some"), Map.of("unknown", Double.NaN));
        assertEquals("{\"contender\":\"some\"}", run.toJson());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":}", "{\"a\":1}x", "{\"a\":1 \"b\":2}", "[1]", "{\"a\":1,\"b\"}"})
    void aLineCutShortIsNoRun(String line) throws IOException {
        assertThrows(IllegalArgumentException.class, () -> Run.ofJson(line));
        Path path = Files.writeString(folder.resolve("some.jsonl"), "{\"a\":\"b\"}\n" + line + "\n");
        var refused = assertThrows(IOException.class, () -> ResultFile.read(path));
        assertTrue(refused.getMessage().startsWith(path + ", line 2: "), refused.getMessage());
    }

    @Test
    void aFileCutShortIsRefused() throws IOException {
        Results.begin(folder, "some").append(RUN);
        Path path = folder.resolve("some.jsonl");
        Files.writeString(path, Files.readString(path).stripTrailing());
        var refused = assertThrows(IOException.class, () -> ResultFile.read(path));
        assertTrue(refused.getMessage().startsWith(path + ", line 2: cut short"), refused.getMessage());
    }

    @Test
    void aRunOfNobodyIsRefused() throws IOException {
        Path path = Files.writeString(folder.resolve("some.jsonl"), "{\"a\":\"b\"}\n{\"a\":1}\n");
        assertThrows(IOException.class, () -> ResultFile.read(path));
    }

    @Test
    void aLineThatACrashCutShortIsDroppedAndMeasuredAgain() throws IOException {
        ResultFile file = Results.begin(folder, "some");
        file.append(Run.skipped("Drogon", "CMake finds no Drogon"));
        Files.writeString(folder.resolve("some.jsonl"), "{\"contender\":\"so", StandardOpenOption.APPEND);
        ResultFile again = Results.begin(folder, "some");
        assertEquals(List.of(), again.runs());
        again.append(RUN);
        assertEquals(List.of(RUN), ResultFile.read(folder.resolve("some.jsonl")).runs());
    }

    @Test
    void aFileWhoseFirstLineACrashCutShortIsBegunAnew() throws IOException {
        Files.writeString(folder.resolve("some.jsonl"), "{\"mach");
        Results.begin(folder, "some").append(RUN);
        assertEquals(List.of(RUN), ResultFile.read(folder.resolve("some.jsonl")).runs());
    }

    @Test
    void aFileGoesOnOnAnotherDayButNotWithAnotherCommit() throws IOException {
        Path path = folder.resolve("some.jsonl");
        ResultFile.open(path, environment("monday", "a")).append(RUN);
        assertEquals(List.of(RUN), ResultFile.open(path, environment("tuesday", "a")).runs());
        var refused =
                assertThrows(IOException.class, () -> ResultFile.open(path, environment("wednesday", "b")));
        assertEquals(path + " was begun in another environment, with which runs cannot be compared: "
                + "commit: a in the file, b now; delete it first", refused.getMessage());
    }

    private static Run environment(String started, String commit) {
        return new Run(Map.of("started", started, "commit", commit), Map.of());
    }
}
