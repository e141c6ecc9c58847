package dev.asyncio.examples;

import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Sends back whatever comes, over TLS.
///
/// Run it: `TlsEcho [port [chain.pem key.pem]]`, 0 or nothing for any free port; without files it makes itself a
/// certificate, which nobody has a reason to trust. Talk to it: `openssl s_client -quiet -connect localhost:PORT`.
public final class TlsEcho {

    private TlsEcho() {}

    static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        TlsIdentity identity = args.length > 2
                ? TlsIdentity.fromPem(Path.of(args[1]), Path.of(args[2]))
                : CertificateAuthority.selfSigned("localhost", "127.0.0.1");
        TlsOptions options = TlsOptions.builder().identity(identity).build();
        try (var server = TcpServer.start(TcpListener.bind(port), TlsHandler.over(options, TlsEcho::echo))) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    private static void echo(TlsStream stream) throws IOException {
        var buffer = ByteBuffer.allocate(64 * 1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }
}
