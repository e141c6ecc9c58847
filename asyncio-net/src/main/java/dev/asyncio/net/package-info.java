/// Streams of bytes in blocking style: [ByteStream] is the contract, [TcpStream] the network, [TcpListener] and
/// [TcpServer] the two ways to accept connections.
///
/// Every call that waits parks the calling thread, virtual or platform, until it can go on, its deadline passes
/// ([dev.asyncio.core.Deadline]) or the thread is interrupted. Virtual threads make this cheap enough to give each
/// connection a thread of its own.
package dev.asyncio.net;
