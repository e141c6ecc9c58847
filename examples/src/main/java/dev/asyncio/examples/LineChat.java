package dev.asyncio.examples;

import dev.asyncio.net.LineReader;
import dev.asyncio.net.StreamHandler;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/// A chat room: what one says, all others read. A member that falls a hundred lines behind loses its connection; it
/// never makes the others wait, because each has a bounded queue and a thread that writes from it.
///
/// Run it: `LineChat [port]`. Join it, from several terminals: `nc 127.0.0.1 PORT`.
public final class LineChat implements StreamHandler {

    private static final int MAX_LINE_BYTES = 4 * 1024;
    private static final int MAX_QUEUED_LINES = 100;

    private final Set<Member> members = ConcurrentHashMap.newKeySet();

    static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        try (var server = TcpServer.start(TcpListener.bind(port), new LineChat())) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    @Override
    public void handle(TcpStream stream) throws IOException {
        var member = new Member(stream, new ArrayBlockingQueue<>(MAX_QUEUED_LINES));
        members.add(member);
        Thread writer = Thread.ofVirtual().start(member::writeQueued);
        try {
            var lines = new LineReader(stream, MAX_LINE_BYTES);
            for (String line; (line = lines.readLine()) != null;) {
                say(member, line);
            }
        } finally {
            members.remove(member);
            writer.interrupt();
        }
    }

    private void say(Member speaker, String line) {
        for (Member member : members) {
            if (member != speaker && !member.queue.offer(line)) {
                member.cutOff();
            }
        }
    }

    private record Member(TcpStream stream, BlockingQueue<String> queue) {

        void cutOff() {
            try {
                stream.abort();
            } catch (IOException e) {
                System.err.println("cutting off " + stream + " failed: " + e); // not the speaker's fault
            }
        }

        void writeQueued() {
            try {
                while (true) {
                    stream.outputStream().write((queue.take() + "\n").getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException | InterruptedException _) {
                // the member has left; its reader cleans up
            }
        }
    }
}
