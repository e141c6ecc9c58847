package dev.asyncio.net.tls;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.Closes;
import dev.asyncio.net.buffers.Lingering;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// TLS 1.3 (RFC 8446) or 1.2 (RFC 5246) over another stream, in blocking style; see [ByteStream] for the contract.
///
/// ```java
/// try (var stream = TlsStream.client(TcpStream.connect("example.org", 443), "example.org", TlsOptions.defaults())) {
///     stream.write(request);
/// }
/// ```
///
/// A peer's end is its close_notify. A stream that ends without one may have been cut short by anybody: that is an
/// [EOFException], never -1. An end of ours ([#shutdownOutput()]) leaves reading possible.
///
/// Before TLS 1.3 an end ends both directions (RFC 5246, section 7.2.1). A write behind the peer's end is then an
/// [SSLException], and closes the stream; and a peer that has our end sends no more than it had sent already.
///
/// Whatever cannot be decrypted, or begins another handshake of TLS 1.3, is an [SSLException]; the peer is told, and
/// the stream is closed. So it is, without a word to the peer, when that asks for a renegotiation of TLS 1.2, or on and
/// on for new keys while it takes no answer. A write that a deadline or an interrupt cuts off has encrypted what it
/// counts in `bytesTransferred`: that still goes out, as soon as the peer reads. While a read waits, no buffer is held
/// for it; from one that took something to the next, 17 KiB of heap are, or 128.
public final class TlsStream implements ByteStream {

    private static final System.Logger LOG = System.getLogger(TlsStream.class.getName());

    private final ByteStream below;
    private final SSLEngine engine;
    private final TlsOptions options;
    private final TlsOutput output;
    private final TlsInput input;

    private TlsStream(ByteStream below, SSLEngine engine, TlsOptions options) {
        this.below = below;
        this.engine = engine;
        this.options = options;
        this.output = new TlsOutput(below, engine);
        this.input = new TlsInput(below, engine, output);
    }

    /// Shakes hands as a client, with no deadline but [TlsOptions#handshakeTimeout()]; like
    /// [#client(ByteStream, String, TlsOptions, Deadline)].
    ///
    /// @param stream a connection on which nothing was said yet; the TLS stream's from here on, and closed on failure
    /// @param host whom the server must prove to be
    /// @param options whom to trust, and what to agree to
    /// @return a stream that the caller closes
    /// @throws IOException like [#client(ByteStream, String, TlsOptions, Deadline)]
    public static TlsStream client(ByteStream stream, String host, TlsOptions options) throws IOException {
        return client(stream, host, options, Deadline.never());
    }

    /// Shakes hands as a client: says which host it wants (RFC 6066, section 3), and has the server prove to be that
    /// (RFC 9525).
    ///
    /// @param stream a connection on which nothing was said yet; the TLS stream's from here on, and closed on failure
    /// @param host whom the server must prove to be: a name, or a literal address. One that the domain name system
    ///     cannot have, with an underscore, say, is refused: the JDK finds it in no certificate
    /// @param options whom to trust, and what to agree to
    /// @param deadline when to give up; [TlsOptions#handshakeTimeout()] bounds this besides
    /// @return a stream that the caller closes
    /// @throws SSLException if the two do not agree, or the server is not whom it should be
    /// @throws SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted
    /// @throws EOFException if the server ends the stream instead
    /// @throws IOException if the connection breaks
    public static TlsStream client(ByteStream stream, String host, TlsOptions options, Deadline deadline)
            throws IOException {
        return shakeHands(stream, "client for " + host, () -> options.newClientEngine(host, portOf(stream)), options,
                deadline);
    }

    /// Where there is none, 0: the JDK keeps no sessions for -1.
    private static int portOf(ByteStream stream) {
        return stream instanceof TcpStream tcp ? tcp.remoteAddress().getPort() : 0;
    }

    /// Shakes hands as a server, with no deadline but [TlsOptions#handshakeTimeout()]; like
    /// [#server(ByteStream, TlsOptions, Deadline)].
    ///
    /// @param stream a connection on which nothing was said yet; the TLS stream's from here on, and closed on failure
    /// @param options with an identity
    /// @return a stream that the caller closes
    /// @throws IOException like [#server(ByteStream, TlsOptions, Deadline)]
    public static TlsStream server(ByteStream stream, TlsOptions options) throws IOException {
        return server(stream, options, Deadline.never());
    }

    /// Shakes hands as a server.
    ///
    /// @param stream a connection on which nothing was said yet; the TLS stream's from here on, and closed on failure
    /// @param options with an identity
    /// @param deadline when to give up; [TlsOptions#handshakeTimeout()] bounds this besides
    /// @return a stream that the caller closes
    /// @throws SSLException if the two do not agree, or the client has no certificate that is required
    /// @throws SocketTimeoutException if the deadline passes first
    /// @throws InterruptedIOException if the thread is interrupted
    /// @throws EOFException if the client ends the stream instead
    /// @throws IOException if the connection breaks
    public static TlsStream server(ByteStream stream, TlsOptions options, Deadline deadline) throws IOException {
        return shakeHands(stream, "server", options::newServerEngine, options, deadline);
    }

    static TlsStream shakeHands(
            ByteStream below, String role, Supplier<SSLEngine> newEngine, TlsOptions options, Deadline deadline)
            throws IOException {
        boolean wasOpen = below.isOpen();
        TlsStream stream = over(below, newEngine, options);
        boolean isEstablished = false;
        try {
            stream.shakeHands(deadline.earlierOf(Deadline.after(options.handshakeTimeout())));
            isEstablished = true;
            return stream;
        } catch (SSLException e) {
            var refused = new SSLHandshakeException(
                    "TLS handshake as " + role + " over " + below + ": " + reason(e));
            refused.initCause(e);
            throw refused;
        } catch (EOFException e) {
            var cut = new EOFException("TLS handshake as " + role + " over " + below + ": the peer ended the stream");
            cut.initCause(e);
            throw cut;
        } catch (ClosedChannelException e) {
            throw Closes.during(wasOpen, stream, e);
        } finally {
            if (!isEstablished) {
                stream.closeBelow();
            }
        }
    }

    private static TlsStream over(ByteStream below, Supplier<SSLEngine> newEngine, TlsOptions options)
            throws IOException {
        try {
            return new TlsStream(below, newEngine.get(), options);
        } catch (Throwable e) { // no memory, say
            try (below) {
                throw e;
            }
        }
    }

    /// What the JDK says, and what it wraps so deep that it says nothing of it: when a certificate begins to be good, say.
    private static String reason(SSLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String said = String.valueOf(e.getMessage());
        String rootMessage = root.getMessage();
        return rootMessage == null || said.contains(rootMessage) ? said : said + ": " + rootMessage;
    }

    private void shakeHands(Deadline deadline) throws IOException {
        try {
            engine.beginHandshake();
            HandshakeStatus status = engine.getHandshakeStatus();
            while (status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED) {
                switch (status) {
                    case NEED_WRAP -> output.handshake(deadline);
                    case NEED_TASK -> Tasks.run(engine);
                    default -> input.handshake(deadline);
                }
                status = engine.getHandshakeStatus();
            }
            input.onEstablished();
        } catch (SSLException e) {
            lingerAfterAlert(deadline);
            throw e;
        }
    }

    /// Closed with bytes unread, the system would reset the connection, and the peer miss our alert.
    private void lingerAfterAlert(Deadline deadline) {
        Deadline bound = deadline.earlierOf(Deadline.after(options.closeTimeout()));
        try {
            output.handshake(bound);
            below.shutdownOutput(bound);
            Lingering.awaitEnd(below, bound);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": the peer was not told, or did not listen", e);
        }
    }

    /// Where the peer is.
    ///
    /// @return the address, also after close; empty if the stream below has none
    public Optional<InetSocketAddress> remoteAddress() {
        return below instanceof TcpStream tcp ? Optional.of(tcp.remoteAddress()) : Optional.empty();
    }

    /// What was agreed to: `TLSv1.3`, say.
    ///
    /// @return the protocol's version, as the JDK calls it
    public String protocol() {
        return engine.getSession().getProtocol();
    }

    /// What is encrypted with.
    ///
    /// @return the cipher suite, as the JDK calls it
    public String cipherSuite() {
        return engine.getSession().getCipherSuite();
    }

    /// What both sides agreed to speak (ALPN, RFC 7301).
    ///
    /// @return the application protocol; empty if they agreed on none
    public Optional<String> applicationProtocol() {
        String name = engine.getApplicationProtocol();
        return name == null || name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    /// Who the peer has proved to be.
    ///
    /// @return its chain, its own certificate first; empty if it has shown none
    public List<X509Certificate> peerCertificates() {
        try {
            Certificate[] chain = engine.getSession().getPeerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        boolean wasOpen = isOpen();
        try {
            return input.read(dst, deadline);
        } catch (IOException e) {
            throw translate("read", wasOpen, e);
        }
    }

    @Override
    public Deadline newReadDeadline() {
        return below.newReadDeadline();
    }

    @Override
    public void awaitReadable(Deadline deadline) throws IOException {
        boolean wasOpen = isOpen();
        try {
            input.awaitReadable(deadline);
        } catch (IOException e) {
            throw translate("read", wasOpen, e);
        }
    }

    @Override
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        return (int) write(new ByteBuffer[] {src}, 0, 1, deadline);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        boolean wasOpen = isOpen();
        try {
            return output.write(srcs, offset, length, deadline);
        } catch (IOException e) {
            throw translate("write", wasOpen, e);
        }
    }

    /// Sends close_notify: the peer reads all that was written and then its end. Reading goes on (RFC 8446, section
    /// 6.1).
    @Override
    public void shutdownOutput(Deadline deadline) throws IOException {
        boolean wasOpen = isOpen();
        try {
            output.end(deadline);
        } catch (IOException e) {
            throw translate("write", wasOpen, e);
        }
    }

    /// Says where it happened, tells a close during the call from one before it, and closes what cannot go on.
    private IOException translate(String what, boolean wasOpen, IOException e) {
        if (e instanceof ClosedChannelException closed) {
            return Closes.during(wasOpen, this, closed);
        }
        if (e instanceof SSLException) {
            closeBelow();
            return new SSLException(what + " on " + this + ": " + e.getMessage(), e);
        }
        if (e instanceof EOFException) {
            var cut = new EOFException(what + " on " + this + ": " + e.getMessage());
            cut.initCause(e);
            return cut;
        }
        return e;
    }

    @Override
    public void runSoon(Runnable task) {
        below.runSoon(task);
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    /// Sends close_notify, behind what a deadline has cut off, unless another thread is writing; waits for the peer's, unless
    /// another thread is reading, and until ours has gone out; and closes. [TlsOptions#closeTimeout()] and an interrupt bound
    /// the wait: without it, what the peer has sent and nobody read would make the system reset the connection, and what was
    /// written last might never get there. A second close meanwhile does not wait for the peer, and cuts the first one short.
    @Override
    public void close() throws IOException {
        if (!below.isOpen()) { // a server that closes at once closes what is below, and leaves the buffers to us
            release();
            return;
        }
        try {
            Deadline bound = Deadline.after(options.closeTimeout());
            output.endIfFree();
            awaitPeersEnd(bound);
            output.awaitEnd(bound); // a peer that has ended, in whatever way, may still have to read
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": closed without an orderly end", e);
        } finally {
            closeBelow();
        }
    }

    /// @throws InterruptedIOException at the end of the time, too
    private void awaitPeersEnd(Deadline bound) throws InterruptedIOException {
        try {
            input.awaitEnd(bound);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": closed without the peer's close_notify", e);
        }
    }

    @Override
    public void abort() throws IOException {
        try {
            below.abort();
        } finally {
            release();
        }
    }

    private void closeBelow() {
        try {
            below.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, this + ": close failed", e);
        } finally {
            release();
        }
    }

    private void release() {
        output.release();
        input.releaseIfClosed();
    }

    @Override
    public String toString() {
        return "TlsStream[over " + below + "]";
    }
}
