package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;

/// A two-way stream of bytes in blocking style. The calling thread waits, virtual or platform; one thread may read
/// while another writes, and any thread may close.
///
/// | What happens | The call | The stream afterwards |
/// | --- | --- | --- |
/// | peer sent its end | `read` returns -1, again and again | writing still works |
/// | I used it after my own close | [java.nio.channels.ClosedChannelException] | closed |
/// | another thread closed it while I waited | [java.nio.channels.AsynchronousCloseException] | closed |
/// | my thread was interrupted while it waited | [java.io.InterruptedIOException], interrupt status kept, `bytesTransferred` set | **usable**: nothing was taken |
/// | deadline passed in read or accept | [java.net.SocketTimeoutException] | usable; nothing was taken |
/// | deadline passed in write | [java.net.SocketTimeoutException] with `bytesTransferred` | a prefix went out; usually only `close` makes sense |
/// | two threads read (or write) at once | [java.nio.channels.ReadPendingException], [java.nio.channels.WritePendingException] in the second | the first is not disturbed |
/// | the network broke it | [IOException] with the system's words and the address | broken; close it |
/// | closed twice | nothing | closed |
///
/// An operation that can go on at once does so, even if its deadline has passed or its thread is interrupted: both
/// end waits, nothing else. An empty buffer never waits, but is refused like any other by a direction that is closed or
/// busy. A buffer stays the caller's: it is used until the call
/// returns and not afterwards; its position tells how far the call came, also when it fails. (The JDK's channels
/// close on interrupt; these do not, so that a task can be cancelled without losing its connection.)
///
/// Linux tells of a TCP reset once, to the call that meets it first. Where a write has failed by it, a read finds an end
/// that the peer never sent: where the end says that all has come, do not believe it after a failed write.
public interface ByteStream extends ByteChannel, GatheringByteChannel {

    /// Waits for bytes and reads what has come, at most what `dst` has room for.
    ///
    /// @param dst where the bytes go
    /// @param deadline when to give up waiting
    /// @return how many bytes, at least 1; -1 at the peer's end; 0 only if `dst` is full
    /// @throws IOException as the contract above says
    int read(ByteBuffer dst, Deadline deadline) throws IOException;

    /// Like [#read(ByteBuffer, Deadline)] with the stream's own read timeout, which by default never comes.
    @Override
    default int read(ByteBuffer dst) throws IOException {
        return read(dst, newReadDeadline());
    }

    /// The stream's own read timeout, from now on. A stream over another has that one's.
    ///
    /// @return when a read gives up that begins now and is given no deadline
    default Deadline newReadDeadline() {
        return Deadline.never();
    }

    /// Waits until `dst` is full.
    ///
    /// @param dst where the bytes go
    /// @param deadline when to give up, for the whole
    /// @throws EOFException if the stream ends before, with its name; what came is in `dst`
    /// @throws IOException as the contract above says; on deadline or interrupt, what came is in `dst` and
    ///     `bytesTransferred` counts it
    default void readFully(ByteBuffer dst, Deadline deadline) throws IOException {
        WholeBuffers.readFully(this, dst, deadline);
    }

    /// Like [#readFully(ByteBuffer, Deadline)] with the stream's own read timeout for each wait.
    ///
    /// @param dst where the bytes go
    /// @throws IOException like [#readFully(ByteBuffer, Deadline)]
    default void readFully(ByteBuffer dst) throws IOException {
        WholeBuffers.readFully(this, dst);
    }

    /// Writes all of `src`, waiting while the peer is slow.
    ///
    /// @param src the bytes
    /// @param deadline when to give up, for the whole
    /// @return how many bytes: all that `src` had
    /// @throws IOException as the contract above says; `src`'s position tells how much went out
    int write(ByteBuffer src, Deadline deadline) throws IOException;

    /// Like [#write(ByteBuffer, Deadline)] without a deadline: for ever, if the peer stays and never reads. No timeout of
    /// the stream bounds a write.
    @Override
    default int write(ByteBuffer src) throws IOException {
        return write(src, Deadline.never());
    }

    /// Writes all of some buffers in their order, by one system call where possible.
    ///
    /// @param srcs the buffers
    /// @param offset index of the first
    /// @param length how many
    /// @param deadline when to give up, for the whole
    /// @return how many bytes: all that the buffers had
    /// @throws IOException as the contract above says; the buffers' positions tell how much went out
    long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException;

    /// Like [#write(ByteBuffer[], int, int, Deadline)] without a deadline.
    @Override
    default long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        return write(srcs, offset, length, Deadline.never());
    }

    /// Like [#write(ByteBuffer[], int, int, Deadline)] for the whole array, without a deadline.
    @Override
    default long write(ByteBuffer[] srcs) throws IOException {
        return write(srcs, 0, srcs.length, Deadline.never());
    }

    /// Writes a region of a file, without copying it through this process where the stream can do so.
    ///
    /// An interrupt that hits while the file is being read closes the file's channel, as
    /// [java.nio.channels.InterruptibleChannel] has it; the stream stays usable.
    ///
    /// @param file a readable file, whose position is neither used nor changed
    /// @param position where the region begins
    /// @param byteCount how long it is
    /// @param deadline when to give up, for the whole
    /// @return `byteCount`
    /// @throws EOFException if the file ends before the region does; what it had went out
    /// @throws java.nio.file.FileSystemException if the file's channel is closed; the stream stays usable
    /// @throws IOException as the contract above says, with `bytesTransferred` where it has that
    default long transferFrom(FileChannel file, long position, long byteCount, Deadline deadline) throws IOException {
        return WholeBuffers.copyFrom(file, position, byteCount, this, deadline);
    }

    /// Waits until a read would not: for bytes, the peer's end, or an error. So an idle connection need not hold a
    /// buffer. Counts as a read where two at once are concerned. An interrupted thread, or one whose deadline has
    /// passed, may get the exception although bytes are at hand: only a read looks. And it may, rarely, return early, where
    /// the system's word of bytes that have just been read comes late: the read then waits.
    ///
    /// @param deadline when to give up
    /// @throws IOException as the contract above says of `read`
    void awaitReadable(Deadline deadline) throws IOException;

    /// Sends our end: the peer reads all that was written and then -1. Reading goes on. A second call does nothing,
    /// writing afterwards is [java.nio.channels.ClosedChannelException]. Counts as a write where two at once are
    /// concerned.
    ///
    /// @param deadline when to give up waiting for a peer that does not read, where the end is something that is sent
    ///     (TLS). It follows what was written, as soon as the peer reads
    /// @throws IOException as the contract above says of `write`
    void shutdownOutput(Deadline deadline) throws IOException;

    /// Like [#shutdownOutput(Deadline)] without a deadline.
    ///
    /// @throws IOException as the contract above says of `write`
    default void shutdownOutput() throws IOException {
        shutdownOutput(Deadline.never());
    }

    /// A view for code that wants an [InputStream], without a buffer of its own. Closing it closes the stream.
    ///
    /// @return a view whose methods wait with the stream's own read timeout
    default InputStream inputStream() {
        return new StreamViews.Input(this);
    }

    /// A view for code that wants an [OutputStream], without a buffer of its own. Closing it closes the stream.
    ///
    /// @return a view whose writes go out at once, and wait like [#write(ByteBuffer)] for a peer that does not read: only an
    ///     interrupt or a close ends that
    default OutputStream outputStream() {
        return new StreamViews.Output(this);
    }

    /// Runs a short task of a protocol's own soon, when the threads that can go on now have had their turn: such as a
    /// flush of what was gathered, in case its writer does something else that waits. The task must neither wait nor
    /// compute for long: it may run on the stream's event loop, all of whose connections wait meanwhile. What it throws
    /// is logged there, and elsewhere left to the JDK's handler of uncaught exceptions.
    ///
    /// @param task what to run, perhaps not at all if the stream's event loop has ended
    default void runSoon(Runnable task) {
        Thread.ofVirtual().name("asyncio-soon").start(task);
    }

    /// Closes both directions and wakes the threads that wait in them. Any thread may call this; twice is fine.
    ///
    /// What was written before still goes out, unless bytes of the peer's have come, or come later, that nobody reads: then
    /// TCP resets the connection, and the peer loses what it has not read. Whoever closes while the peer may still be
    /// sending calls [#shutdownOutput(Deadline)] and reads to the end first, within a bound, as TLS does, and a [TcpServer]
    /// whose handler has returned.
    ///
    /// @throws IOException if the system reports an error; the stream is closed all the same
    @Override
    void close() throws IOException;

    /// Closes at once: what has not gone out yet is thrown away, and the peer finds its connection reset. Any thread
    /// may call this; on a closed stream it does nothing.
    ///
    /// @throws IOException if the system reports an error; the stream is closed all the same
    void abort() throws IOException;
}
