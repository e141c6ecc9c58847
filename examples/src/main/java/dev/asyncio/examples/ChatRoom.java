package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.HttpResponse;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketHandler;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/// A chat room with a page of its own. The first text of a member is its name, each further one is said to all. Members
/// have a bounded queue each, and a thread that sends from it: who falls a hundred texts behind is cut off, and nobody
/// waits for them.
///
/// Run it: `ChatRoom [port]`. Join it: open `http://localhost:PORT/` in several browser windows, or
/// `Wscat ws://localhost:PORT/chat`.
///
/// Over TLS: `ChatRoom port chain.pem key.pem`, or `ChatRoom port tls`, which makes itself a certificate that browsers
/// warn of. Open `https://localhost:PORT/` then.
public final class ChatRoom implements WebSocketHandler {

    private static final int MAX_TEXT_BYTES = 4 * 1024;
    private static final int MAX_QUEUED_TEXTS = 100;

    private final Map<String, Member> members = new ConcurrentHashMap<>();

    static void main(String[] args) throws Exception {
        var options = WebSocketOptions.builder()
                .allowSameOrigin()
                .maxMessageBytes(MAX_TEXT_BYTES)
                .keepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10))
                .build();
        HttpResponse page = page();
        var builder = WebSocketServer.builder()
                .route("/chat", new ChatRoom())
                .fallback(request -> request.path().equals("/") ? page : HttpResponse.text(404, "no such page\n"))
                .options(options);
        if (args.length > 1) {
            builder.tls(TlsOptions.builder().identity(identity(args)).build());
        }
        var listener = TcpListener.bind(args.length > 0 ? Integer.parseInt(args[0]) : 0);
        try (var server = builder.start(listener)) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    private static TlsIdentity identity(String[] args) throws IOException {
        return args.length > 2
                ? TlsIdentity.fromPem(Path.of(args[1]), Path.of(args[2]))
                : CertificateAuthority.selfSigned("localhost", "127.0.0.1");
    }

    private static HttpResponse page() throws IOException {
        try (var html = ChatRoom.class.getResourceAsStream("ChatRoom.html")) {
            return HttpResponse.html(new String(html.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void handle(WebSocket socket) throws IOException {
        if (!(socket.receive() instanceof Message.Text(String name))) {
            return;
        }
        var member = new Member(socket, new ArrayBlockingQueue<>(MAX_QUEUED_TEXTS));
        if (members.putIfAbsent(name, member) != null) {
            socket.close(CloseCode.POLICY_VIOLATION, "this name is taken", Deadline.never());
            return;
        }
        Thread sender = Thread.ofVirtual().start(member::sendQueued);
        try {
            sayToAll("* " + name + " joins");
            while (socket.receive() instanceof Message.Text(String text)) {
                sayToAll(name + ": " + text);
            }
        } finally {
            members.remove(name);
            sender.interrupt();
            sayToAll("* " + name + " leaves");
        }
    }

    private void sayToAll(String text) {
        for (Member member : members.values()) {
            if (!member.queue.offer(text)) {
                member.socket.abort();
            }
        }
    }

    private record Member(WebSocket socket, BlockingQueue<String> queue) {

        void sendQueued() {
            try {
                while (true) {
                    socket.send(queue.take());
                }
            } catch (IOException | InterruptedException _) {
                // the member has left; its handler cleans up
            }
        }
    }
}
