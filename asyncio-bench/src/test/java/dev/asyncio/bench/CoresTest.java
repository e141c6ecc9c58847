package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoresTest {

    /// @param siblings of each CPU by its number, apart by blanks
    private static Optional<Cores> choose(String allowed, String siblings) {
        String status =
                "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + allowed + "\nMems_allowed_list:\t0-1\n";
        String[] lists = siblings.split(" ");
        return Cores.choose(status, cpu -> cpu < lists.length ? lists[cpu] + "\n" : "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # two cores       | siblings            | server | client
            0-1               | 0 1                 | 0      | 1
            # cores 0 and 1 have hyperthreads 0 and 2, 1 and 3
            0-3               | 0,2 1,3 0,2 1,3     | 0      | 1
            # 0 and 1 are one core
            0-3               | 0-1 0-1 2-3 2-3     | 0      | 2
            0-1,3             | 0-1 0-1 2-3 2-3     | 0      | 3
            # neither 0 nor 1 may be used
            2-3               | 0 1 2 3             | 2      | 3
            2,5,8-11          | 0 1 2,5 3 4 2,5     | 2      | 8
            # nothing is known of siblings
            4,6               | ''                  | 4      | 6
            """)
    void serverAndClientHaveCoresOfTheirOwn(String allowed, String siblings, int server, int client) {
        assertEquals(Optional.of(new Cores(server, client, false)), choose(allowed, siblings));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0-1               | 0-1 0-1             | 0      | 1
            1,3               | 0,2 1,3 0,2 1,3     | 1      | 3
            0-3               | 0-3 0-3 0-3 0-3     | 0      | 1
            """)
    void twoHyperthreadsOfOneCoreAreSaidToBe(String allowed, String siblings, int server, int client) {
        Cores cores = choose(allowed, siblings).orElseThrow();
        assertEquals(new Cores(server, client, true), cores);
        assertEquals("yes, two hyperthreads of one core", cores.inWords());
    }

    /// As in the files that there are, which else could not be gone on with.
    @Test
    void coresOfTheirOwnAreNoNews() {
        assertEquals("yes", choose("0-1", "0 1").orElseThrow().inWords());
    }

    @Test
    void oneCpuIsNotEnough() {
        assertEquals(Optional.empty(), choose("3", "0 1 2 3"));
    }

    @Test
    void whereTheSystemDoesNotTellNobodyIsPinned() {
        assertEquals(Optional.empty(), Cores.choose("", _ -> ""));
    }
}
