package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.bench.Overload.Scale;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OverloadCrowdTest {

    private static final Scale SCALE = new Scale(10_000, 8, 4, 0, 0, false, Duration.ZERO);

    @Test
    void aLineSaysAllOfACrowd() {
        var crowd = new OverloadCrowd(1, 2, 3.5, 4.5, 5.5, 6.5, 7.5);
        assertEquals(crowd, OverloadCrowd.ofLine(crowd.toLine()));
    }

    @Test
    void fiveTimesAsManyWantWhatTheServerSustainsAndItServesAPartOfThat() {
        assertEquals(new OverloadCrowd(1_000, 120, 50, 4, 8, 8, 4),
                OverloadCrowd.fiveTimes(10_000, SCALE));
    }

    @Test
    void aTenthMoreConnectionsComeThanAreServedAndSendLessThanTheServerSustains() {
        assertEquals(new OverloadCrowd(11_000, 10_000, 0.5, 4 + 5.5, 0, 8, 4),
                OverloadCrowd.connections(12_500, OverloadScheme.WS, SCALE));
    }

    @Test
    void whoeverIsToBeServedIsNotRefusedForThoseWhoHaveJustLeft() {
        assertEquals(Integer.MAX_VALUE, OverloadCrowd.few(1).limit());
        assertEquals(0, OverloadCrowd.turnedAway(1).limit());
        assertEquals(120, OverloadCrowd.fiveTimes(10_000, SCALE).limit());
    }
}
