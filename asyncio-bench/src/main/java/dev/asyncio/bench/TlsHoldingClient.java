package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// [HoldingClient] over TLS: `TlsHoldingClient HOST PORT CONNECTIONS`. Trusts whoever is there: the server's authority
/// lives in another process.
public final class TlsHoldingClient {

    private static final int SILENCE_LIMIT_MILLIS = 10_000;

    private final List<SSLSocket> sockets = new ArrayList<>();
    private long round;

    private TlsHoldingClient() {}

    static void main(String[] args) throws IOException, GeneralSecurityException {
        var client = new TlsHoldingClient();
        client.connect(InetAddress.getByName(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        System.out.println(HoldingClient.CONNECTED);
        var input = new BufferedReader(new InputStreamReader(System.in));
        while (input.readLine() != null) {
            client.echoOnAll();
            System.out.println(HoldingClient.ECHOED);
        }
    }

    /// Starts one in a process of its own; returns once all of its connections are open. It echoes when
    /// [HoldingClient#echoOnAll] says so.
    static ChildJvm start(InetSocketAddress server, int connectionCount) throws IOException {
        return ChildJvm.start(
                TlsHoldingClient.class, server.getAddress().getHostAddress(), server.getPort(), connectionCount)
                .whenItSays(HoldingClient.CONNECTED);
    }

    private void connect(InetAddress host, int port, int connectionCount)
            throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
        for (int i = 0; i < connectionCount; i++) {
            var socket = (SSLSocket) context.getSocketFactory().createSocket(host, port);
            NoDelay.ask(socket);
            socket.setSoTimeout(SILENCE_LIMIT_MILLIS);
            socket.startHandshake();
            sockets.add(socket);
        }
    }

    private void echoOnAll() throws IOException {
        round++;
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).getOutputStream().write(message(i));
        }
        for (int i = 0; i < sockets.size(); i++) {
            if (!Arrays.equals(sockets.get(i).getInputStream().readNBytes(TlsPayload.MESSAGE_BYTES), message(i))) {
                throw new IOException("reply " + round + " on connection " + i + " differs from what was sent");
            }
        }
    }

    private byte[] message(int connection) {
        return ByteBuffer.allocate(TlsPayload.MESSAGE_BYTES).putInt(connection).putLong(round).array();
    }

    private static final class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
