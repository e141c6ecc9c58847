/// Comparisons of asyncio with Netty and the JDK's blocking sockets. Each contender is an [EchoContender] in its own
/// idiom, with no-delay on and 64 KiB buffers; each client checks every reply.
package dev.asyncio.bench;
