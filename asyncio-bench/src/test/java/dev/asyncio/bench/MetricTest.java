package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricTest {

    private static final Map<String, String> LOAD = PinnedComparison.load(64, 64, 1);

    @TempDir
    private Path folder;

    private static String table(ResultFile file) {
        return new ReportTable(Column.columnsOf(file).getFirst(), Metric.ECHO).toMarkdown();
    }

    @Test
    void theKernelsPartIsAColumnWhereARunHasIt() throws IOException {
        ResultFile file = Results.begin(folder, "echo");
        file.append(Results.honest("older", LOAD, 1, 50_000));
        assertFalse(table(file).contains("kernel"), table(file));
        Run newer = Results.honest("newer", LOAD, 1, 60_000);
        file.append(Results.with(
                Figure.SERVER_KERNEL_SECONDS, 0.87 * newer.figure(Figure.SERVER_CPU_SECONDS), newer));
        assertTrue(table(file).contains("| server CPU % | server kernel % | client idle % |"), table(file));
        assertTrue(table(file).contains("| 49.5 | 87.0 | 50.0 |"), table(file));
        assertTrue(table(file).contains("| 49.5 | – | 50.0 |"), table(file));
    }
}
