package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;

/// Talks to a WebSocket from the command line: lines of standard input go out as texts, what comes is printed. The end
/// of the input closes the connection.
///
/// Run it: `Wscat ws://HOST:PORT/PATH [subprotocol...]`, for instance beside a [WebSocketEcho] or a [ChatRoom].
public final class Wscat {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Wscat() {}

    static void main(String[] args) throws IOException {
        if (args.length == 0) {
            System.err.println("usage: Wscat ws://HOST:PORT/PATH [subprotocol...]");
            System.exit(2);
        }
        var options = WebSocketOptions.builder()
                .subprotocols(Arrays.copyOfRange(args, 1, args.length))
                .maxMessageBytes(64 * 1024 * 1024)
                .build();
        try (var socket = WebSocket.connect(URI.create(args[0]), options, Deadline.never())) {
            System.err.println("connected" + socket.subprotocol().map(" speaking "::concat).orElse(""));
            Thread.ofPlatform().daemon().start(() -> sendLines(socket));
            print(socket);
        } catch (ClosedChannelException e) {
            throw new IOException("the server did not answer the close", e);
        }
    }

    private static void sendLines(WebSocket socket) {
        try (socket) {
            for (String line; (line = IO.readln()) != null;) {
                socket.send(line);
            }
            // A close drops what comes while nobody receives; the pong comes when the answers have been taken.
            socket.ping(Deadline.after(PATIENCE));
        } catch (ClosedChannelException _) {
            // the thread that receives learns more, and says it
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }

    private static void print(WebSocket socket) throws IOException {
        while (true) {
            switch (socket.receive()) {
                case Message.Text(String text) -> System.out.println(text);
                case Message.Binary(ByteBuffer bytes) -> System.out.println(bytes.remaining() + " bytes of binary");
                case Message.Close(CloseCode code, String reason) -> {
                    System.err.println("closed: " + code + (reason.isEmpty() ? "" : " " + reason));
                    return;
                }
            }
        }
    }
}
