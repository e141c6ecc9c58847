package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.net.buffers.PoolWatch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every fault at every point of a connection's life, and all that may befall a server with such a connection: the call
/// that it strikes ends as the contract says, in time, and nothing is left over.
///
/// A map for newcomers:
///
/// - [FaultMatrix] and [FaultMatrixServers] are where to begin: tables with a row for each fault and a column for each point,
///   and in the cells what the contract says of that, or why it makes no sense.
/// - [FaultMatrixPoint] has the columns, [FaultMatrixFault] and [FaultMatrixServerFault] have the rows, and how each fault
///   strikes; [FaultMatrixOutcome] and [FaultMatrixServerOutcome] have the words of the cells, and what each asks for.
/// - [FaultMatrixCell] is a cell of either table. To play it is to set a scene, go to the point, strike, and check.
/// - [FaultMatrixScene] is the scene of one connection: our end, the peer's, and the way to each point. What differs between
///   protocols is in [FaultMatrixTcp] and [FaultMatrixTls], with [FaultMatrixBytes] in common, and in
///   [FaultMatrixWebSocket], which [FaultMatrixDeflate] changes a little.
/// - [FaultMatrixServerScene] is that of a server, with a [FaultMatrixClient] or several.
/// - [FaultMatrixDoor] is where our clients knock: while it is shut, they wait to be connected.
/// - [FaultMatrixTlsPeer] speaks TLS from the other side, through a [FaultMatrixGate], which keeps half of a record back and
///   knows what has come last.
/// - [FaultMatrixShortage] takes what everybody in the process needs, and plays the cells about that in processes of their
///   own.
/// - [NativeMemory] and [PoolWatch] look, besides [NothingLeftOver], for what is left over.
///
/// To add a fault: a constant with what it does, a row, and for what is new in its cells a word.
@EnabledOnOs(value = OS.LINUX, disabledReason = "backlogs overflow otherwise elsewhere, and not all have an ulimit")
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class FaultMatrixTest {

    private static final List<FaultMatrixCell> CELLS = FaultMatrixCell.all();

    /// Of these, and of those that make no sense. README has both: a word that becomes a letter takes a cell away, which
    /// nobody would miss.
    private static final int CELL_COUNT = 1_947;
    private static final int SENSELESS_COUNT = 406;

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

    private static long senselessCount() {
        return CELLS.stream().filter(cell -> cell.reason() != null).count();
    }

    @Test
    void noCellIsLost() {
        assertEquals(CELL_COUNT, CELLS.size(), "cells");
        assertEquals(SENSELESS_COUNT, senselessCount(), "cells that make no sense");
    }

    @AfterAll
    static void sayHowMany() {
        System.out.println("fault matrix: " + CELLS.size() + " cells, " + runCount + " run, " + senselessCount()
                + " make no sense; " + FaultMatrixShortage.lateCount() + " were tried again for want of heap");
    }
}
