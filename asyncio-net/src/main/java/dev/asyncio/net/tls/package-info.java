/// TLS (RFC 8446, RFC 5246) over any [dev.asyncio.net.ByteStream], itself one: [dev.asyncio.net.tls.TlsStream]. The
/// protocol is the JDK's own, by [javax.net.ssl.SSLEngine].
package dev.asyncio.net.tls;
