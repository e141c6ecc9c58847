package dev.asyncio.ws;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

/// A connected socket that may keep back what is sent through it, for a while: as much as the JDK's TLS needs of one.
final class FaultMatrixGate extends Socket {

    /// Of what comes through it, so much is known still: the length of an alert that is not encrypted.
    private static final int LAST_BYTES = 7;

    private final Socket socket;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by [#lock].
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    /// How many bytes more pass. Guarded by [#lock].
    private int allowance = Integer.MAX_VALUE;

    /// What has come last from the other side. Of the thread that reads, and of those who wait for its end.
    private final byte[] last = new byte[LAST_BYTES];

    /// Whether the other side's end has come. Of the thread that reads.
    private boolean isAtEnd;

    FaultMatrixGate(Socket socket) {
        this.socket = socket;
    }

    void passNoMoreThan(int byteCount) {
        lock.lock();
        try {
            allowance = byteCount;
        } finally {
            lock.unlock();
        }
    }

    boolean isShut() {
        lock.lock();
        try {
            return allowance < Integer.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    /// Whether something is kept back.
    boolean isHolding() {
        lock.lock();
        try {
            return held.size() > 0;
        } finally {
            lock.unlock();
        }
    }

    /// Whether whoever reads has found the other side's end.
    boolean isAtEnd() {
        return isAtEnd;
    }

    /// The last bytes that came from the other side, zeros before them if they are few.
    byte[] last() {
        return last.clone();
    }

    /// Lets out what was kept back, and whatever follows.
    void open() throws IOException {
        lock.lock();
        try {
            allowance = Integer.MAX_VALUE;
            held.writeTo(socket.getOutputStream());
            held.reset();
        } finally {
            lock.unlock();
        }
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            int count = Math.min(length, allowance);
            socket.getOutputStream().write(bytes, offset, count);
            held.write(bytes, offset + count, length - count);
            allowance -= isShut() ? count : 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                pass(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                pass(bytes, offset, length);
            }
        };
    }

    private void note(byte[] bytes, int offset, int count) {
        if (count == -1) {
            isAtEnd = true;
            return;
        }
        int keptCount = Math.min(count, LAST_BYTES);
        System.arraycopy(last, keptCount, last, 0, LAST_BYTES - keptCount);
        System.arraycopy(bytes, offset + count - keptCount, last, LAST_BYTES - keptCount, keptCount);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(socket.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) == -1 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, length);
                note(bytes, offset, count);
                return count;
            }
        };
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket.setTcpNoDelay(on);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket.getSoLinger();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() {
        // The JDK's TLS has sent its own end, which is all that it is asked for.
    }

    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } finally {
            super.close(); // which has a descriptor once it was asked for an option
        }
    }
}
