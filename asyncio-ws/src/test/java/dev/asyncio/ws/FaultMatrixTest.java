package dev.asyncio.ws;

import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every fault at every point of a connection's life, and all that may befall a server with such a connection: the call
/// that it strikes ends as the contract says, in time, and nothing is left over.
@EnabledOnOs(value = OS.LINUX, disabledReason = "backlogs overflow otherwise elsewhere, and not all have an ulimit")
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class FaultMatrixTest {

    private static final List<FaultMatrixCell> CELLS = FaultMatrixCell.all();

    private static int runCount;

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    static Stream<FaultMatrixCell> cells() {
        return CELLS.stream().filter(cell -> cell.reason() == null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void fault(FaultMatrixCell cell) throws Exception {
        try {
            if (cell.shortage() == null) {
                NativeMemory.checkNoneIsLeftOver(cell::run);
            } else {
                FaultMatrixShortage.check(cell);
            }
        } catch (Throwable e) {
            throw new AssertionError(cell + ": " + e.getMessage(), e); // the log of a build has no other name for it
        }
        runCount++;
    }

    @AfterAll
    static void sayHowMany() {
        long senseless = CELLS.stream().filter(cell -> cell.reason() != null).count();
        System.out.println("fault matrix: " + CELLS.size() + " cells, " + runCount + " run, " + senseless
                + " make no sense");
    }
}
