/// Event loops that let plain blocking code wait for many channels: **try, park, be woken, try again.**
///
/// A caller first tries its operation on a non-blocking channel. When the system says "not now", it calls
/// [Registration#await(Interest, Deadline)], which parks the calling thread, nothing more. The channel's
/// [EventLoop] learns from its selector that the channel is ready and unparks the caller, who tries again. A
/// wait may return early, so callers always retry in a loop:
///
/// ```java
/// int n = channel.read(buffer);
/// while (n == 0) {
///     registration.await(Interest.READ, deadline);
///     n = channel.read(buffer);
/// }
/// ```
///
/// A loop is one selector and one thread, by default a virtual thread, so a woken handler usually continues on
/// the very carrier that the loop ran on. Nothing of the user's runs on the loop itself but the short tasks of
/// [Registration#runSoon(Runnable)]. This package knows channels, threads and time; it has never heard of bytes.
///
/// [EventLoopGroup] hands out loops; [Deadline] says how long to wait; [Spin] says how long a loop that ran out
/// of work looks for more before it sleeps.
package dev.asyncio.core;
