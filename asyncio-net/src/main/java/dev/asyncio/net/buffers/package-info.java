/// Pooled buffers, and input that holds one only while bytes are pending: for the protocols of this library, not for its
/// users.
package dev.asyncio.net.buffers;
