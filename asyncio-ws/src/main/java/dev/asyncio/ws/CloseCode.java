package dev.asyncio.ws;

/// Why a connection is closed (RFC 6455, section 7.4).
///
/// @param number as on the wire
public record CloseCode(int number) {

    /// 1000: the purpose is fulfilled.
    public static final CloseCode NORMAL = new CloseCode(1000);
    /// 1001: a server goes down, or a browser leaves the page.
    public static final CloseCode GOING_AWAY = new CloseCode(1001);
    /// 1002: the peer broke the protocol.
    public static final CloseCode PROTOCOL_ERROR = new CloseCode(1002);
    /// 1003: the peer sent a kind of message that is not taken here.
    public static final CloseCode UNSUPPORTED_DATA = new CloseCode(1003);
    /// 1005: the peer's close frame had no code. Never sent.
    public static final CloseCode NO_CODE = new CloseCode(1005);
    /// 1007: text that is not UTF-8, for one.
    public static final CloseCode BAD_DATA = new CloseCode(1007);
    /// 1008: the peer broke a rule of this side's own.
    public static final CloseCode POLICY_VIOLATION = new CloseCode(1008);
    /// 1009: a message above the limit.
    public static final CloseCode TOO_BIG = new CloseCode(1009);
    /// 1011: a server's handler failed.
    public static final CloseCode INTERNAL_ERROR = new CloseCode(1011);
    /// 1012: the service restarts.
    public static final CloseCode SERVICE_RESTART = new CloseCode(1012);
    /// 1013: come back later.
    public static final CloseCode TRY_AGAIN_LATER = new CloseCode(1013);

    /// Checks the range.
    public CloseCode {
        if (number < 0 || number > 0xFFFF) {
            throw new IllegalArgumentException("close code: expected 0 to 65535, got " + number);
        }
    }

    /// Whether a close frame may carry it: the registered codes but 1004, 1005, 1006 and 1015, and those from 3000 to
    /// 4999, which libraries, frameworks and applications share.
    ///
    /// @return false for what is reserved
    public boolean isSendable() {
        return switch (number) {
            case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014 -> true;
            default -> number >= 3000 && number <= 4999;
        };
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
