package dev.asyncio.ws.frame;

/// 5.2: what a frame is. The numbers left out are reserved.
public enum Opcode {
    /// A further piece of a message.
    CONTINUATION(0x0),
    /// The first or only piece of a text.
    TEXT(0x1),
    /// The first or only piece of binary data.
    BINARY(0x2),
    /// 5.5.1.
    CLOSE(0x8),
    /// 5.5.2.
    PING(0x9),
    /// 5.5.3.
    PONG(0xA);

    private static final Opcode[] BY_NUMBER = new Opcode[16];

    static {
        for (Opcode opcode : values()) {
            BY_NUMBER[opcode.number] = opcode;
        }
    }

    final int number;

    Opcode(int number) {
        this.number = number;
    }

    /// Null for a reserved one.
    static Opcode of(int number) {
        return BY_NUMBER[number];
    }

    /// 5.5: control frames may come between the pieces of a message.
    ///
    /// @return whether this is a close, ping or pong
    public boolean isControl() {
        return number >= CLOSE.number;
    }
}
