package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OverloadCrowdTest {

    @Test
    void aLineSaysAllOfACrowd() {
        var crowd = new OverloadCrowd(1, 2, 3.5, 4.5, 5.5, 6.5, 7.5);
        assertEquals(crowd, OverloadCrowd.ofLine(crowd.toLine()));
    }

    @Test
    void fiveTimesAsManyWantWhatTheServerSustainsAndItServesAPartOfThat() {
        assertEquals(new OverloadCrowd(1_000, 120, 50, 4, 8, 8, 4),
                OverloadCrowd.fiveTimes(10_000, OverloadScheme.WS, 8));
    }

    @Test
    void aTenthMoreConnectionsComeThanAreServedAndSendLessThanTheServerSustains() {
        assertEquals(new OverloadCrowd(11_000, 10_000, 0.5, 4 + 5.5, 0, 8, 4),
                OverloadCrowd.connections(10_000, 12_500, OverloadScheme.WS, 8));
    }

    @Test
    void whoeverIsToBeServedIsNotRefusedForThoseWhoHaveJustLeft() {
        assertEquals(Integer.MAX_VALUE, OverloadCrowd.few(1).limit());
        assertEquals(0, OverloadCrowd.turnedAway(1).limit());
        assertEquals(120, OverloadCrowd.fiveTimes(10_000, OverloadScheme.WS, 1).limit());
    }
}
