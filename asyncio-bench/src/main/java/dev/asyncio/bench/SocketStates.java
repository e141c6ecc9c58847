package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the system knows of the connections of a server's port. A client that had no answer can tell by it how far it has
/// come: whether it was accepted, and whether anybody has read what it sent.
final class SocketStates {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    // The words of a line, as proc(5) has them.
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final int INODE = 9;

    private static final String LISTENING = "0A";
    private static final Map<String, String> STATES = Map.of(
            "01", "established", "03", "being established", "04", "ended by the server", "05", "ended by the server",
            "08", "ended by the client", "09", "ended by both", "0B", "ended by both");

    private SocketStates() {}

    /// How many there are of each kind, those left out that are no more than a number for a while. Nothing where the system
    /// does not tell.
    static String of(int port) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        for (Path table : TABLES) {
            if (Files.isReadable(table)) {
                Files.readAllLines(table).stream()
                        .skip(1) // the heading
                        .map(line -> line.strip().split("\\s+"))
                        .filter(words -> hexAfterColon(words[LOCAL_ADDRESS]) == port)
                        .forEach(words -> count(words, counts));
            }
        }
        return counts.toString();
    }

    private static void count(String[] words, Map<String, Long> counts) {
        long unread = hexAfterColon(words[QUEUES]);
        if (words[STATE].equals(LISTENING)) {
            counts.merge("in the queue", unread, Long::sum);
        } else if (STATES.containsKey(words[STATE])) {
            String accepted = words[INODE].equals("0") ? ", held by nobody" : "";
            counts.merge(STATES.get(words[STATE]) + accepted + (unread > 0 ? ", unread" : ""), 1L, Long::sum);
        }
    }

    private static long hexAfterColon(String pair) {
        return Long.parseLong(pair, pair.indexOf(':') + 1, pair.length(), 16);
    }
}
