package dev.asyncio.ws;

import java.io.ByteArrayOutputStream;
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

    private final Socket socket;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by [#lock].
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    /// How many bytes more pass. Guarded by [#lock].
    private int allowance = Integer.MAX_VALUE;

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

    @Override
    public InputStream getInputStream() throws IOException {
        return socket.getInputStream();
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
