package dev.asyncio.ws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// One line of the table: what a peer sends, which frames must come back, and how the connection must end.
///
/// @param roles whose peer it is: each is a case
/// @param forms of receiving to which this applies
/// @param isAtOnce the peer must send all of it by one write, since it goes on behind its close frame
record ConformanceLine(
        String name,
        List<Wire> fromPeer,
        List<Wire> toPeer,
        End end,
        Set<Role> roles,
        Set<Form> forms,
        boolean isAtOnce) {

    /// Which side of the library is tested.
    enum Role {
        SERVER,
        CLIENT
    }

    /// How our side receives.
    enum Form {
        RECEIVE,
        VIEW,
        READER
    }

    sealed interface End {

        /// The peer is told why, and the stream ends.
        record Failed(int code) implements End {}

        /// The peer's close frame comes to the caller, is answered, and the stream ends.
        ///
        /// @param answer the frame
        record Closed(CloseCode code, String reason, Wire answer) implements End {}
    }

    static ConformanceLine line(String name, List<Wire> sent, List<Wire> back, End end) {
        return new ConformanceLine(
                name, sent, back, end, EnumSet.allOf(Role.class), EnumSet.allOf(Form.class), false);
    }

    /// What comes back is what was sent, and the connection closed as is due.
    static ConformanceLine echoed(String name, Wire... messages) {
        return answered(name, sent(messages), back(messages));
    }

    /// What comes back is this, and the connection closed as is due.
    static ConformanceLine answered(String name, List<Wire> sent, List<Wire> back) {
        var withClose = new ArrayList<>(sent);
        withClose.add(Wire.close(1000, ""));
        return line(name, withClose, back, closed(1000, ""));
    }

    static ConformanceLine failed(int code, String name, Wire... sent) {
        return line(name, sent(sent), back(), new End.Failed(code));
    }

    static ConformanceLine failed(int code, String name, List<Wire> sent, List<Wire> back) {
        return line(name, sent, back, new End.Failed(code));
    }

    static End closed(int code, String reason) {
        return new End.Closed(new CloseCode(code), reason, Wire.close(code, ""));
    }

    /// As at an empty close frame.
    static End closedWithoutCode() {
        return new End.Closed(CloseCode.NO_CODE, "", Wire.frame(Wire.FIN | Wire.CLOSE));
    }

    static List<Wire> sent(Wire... wires) {
        return Arrays.asList(wires);
    }

    static List<Wire> back(Wire... wires) {
        return Arrays.asList(wires);
    }

    ConformanceLine only(Role role) {
        return new ConformanceLine(name, fromPeer, toPeer, end, EnumSet.of(role), forms, isAtOnce);
    }

    ConformanceLine only(Form first, Form... others) {
        return new ConformanceLine(name, fromPeer, toPeer, end, roles, EnumSet.of(first, others), isAtOnce);
    }

    ConformanceLine atOnce() {
        return new ConformanceLine(name, fromPeer, toPeer, end, roles, forms, true);
    }

    byte[] bytesFor(Role role) {
        return Wire.of(fromPeer.toArray(Wire[]::new)).bytes(role == Role.SERVER);
    }
}
