package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.EchoContender.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedServersTest {

    /// What takes part on a system without epoll.
    private static List<Subject> servers(String... names) {
        return NamedServers.of(Arrays.asList(names), Kind.values(), kind -> kind != Kind.NETTY_EPOLL, Subject::echo);
    }

    private static List<String> titles(String... names) {
        return servers(names).stream().map(Subject::title).toList();
    }

    @Test
    void oursComesFirstAndTwiceWhereverItIsNamed() {
        assertEquals(List.of("asyncio", "Netty, NIO", "asyncio, again", "C"),
                titles("NETTY_NIO", "C=program", "ASYNCIO"));
    }

    @Test
    void withoutOursThereIsNoPair() {
        assertEquals(List.of("Netty, NIO", "C"), titles("C=program", "Netty, NIO"));
    }

    @Test
    void allThatTheSystemHasTakePartIfNoneIsNamed() {
        List<String> expected = new ArrayList<>(Arrays.stream(Kind.values()).map(Kind::toString).toList());
        expected.remove(Kind.NETTY_EPOLL.toString());
        expected.add(4, "asyncio, again");
        assertEquals(expected, titles());
    }

    @Test
    void whatTheSystemDoesNotHaveIsLeftOutWithAWord() throws Throwable {
        List<String> found = new ArrayList<>();
        String shown = QuickComparisonTest.shownBy(() -> found.addAll(titles("NETTY_EPOLL", "NETTY_NIO")));
        assertEquals(List.of("Netty, NIO"), found);
        assertTrue(shown.matches("Not measured: Netty, epoll, this system does not have it\\R"), shown);
    }

    @Test
    void theProgramsThatAreTheFloorAreKnownByTheirNames() {
        assertEquals(List.of(Contenders.C_EPOLL, Contenders.C_SPIN, "mine"),
                titles("c-epoll=a 1", "c-epoll-spin=b 2", "mine=c 3"));
    }

    @Test
    void aServerThatRunsAlreadyIsNotStarted() throws IOException {
        assertEquals(new RunningServer("host", "7", null), servers("C=host:7").getFirst().starter().start());
    }

    @Test
    void aContenderThatThereIsNotIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> titles("NETTY_KQUEUE"));
    }
}
