package dev.asyncio.ws.handshake;

import java.util.List;

/// The header fields that make a handshake.
final class FieldNames {

    static final String HOST = "Host";
    static final String UPGRADE = "Upgrade";
    static final String CONNECTION = "Connection";
    static final String KEY = "Sec-WebSocket-Key";
    static final String VERSION = "Sec-WebSocket-Version";
    static final String ACCEPT = "Sec-WebSocket-Accept";
    static final String PROTOCOL = "Sec-WebSocket-Protocol";
    static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    static final String CONTENT_LENGTH = "Content-Length";
    static final String TRANSFER_ENCODING = "Transfer-Encoding";

    /// Not for callers to add: given once more, each of them would change what a handshake says.
    static final List<String> OF_THE_HANDSHAKE = List
            .of(HOST, UPGRADE, CONNECTION, KEY, VERSION, ACCEPT, PROTOCOL, EXTENSIONS, CONTENT_LENGTH,
                    TRANSFER_ENCODING);

    /// What asks for a WebSocket in place of HTTP. Once there is one, they say nothing that is not so of every WebSocket.
    static final List<String> OF_THE_UPGRADE = List.of(UPGRADE, CONNECTION, KEY, VERSION);

    private FieldNames() {}
}
