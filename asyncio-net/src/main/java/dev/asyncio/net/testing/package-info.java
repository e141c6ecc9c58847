/// Streams for tests, of this library's users as much as its own: [MemoryStream] needs no network, and [FaultyStream]
/// makes any stream misbehave as told. Both keep the contract of [dev.asyncio.net.ByteStream] exactly. A
/// [CertificateAuthority] makes what TLS needs.
package dev.asyncio.net.testing;
