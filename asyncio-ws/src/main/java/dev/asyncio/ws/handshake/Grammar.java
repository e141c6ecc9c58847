package dev.asyncio.ws.handshake;

import java.util.function.IntPredicate;

/// Which characters may stand where: RFC 9110, sections 5.5 and 5.6.2, and RFC 9112, section 3.
///
/// Bytes and characters are the same here: heads are read and written as ISO 8859-1, which loses nothing.
public final class Grammar {

    private static final int QUOTED_CHARACTERS = 60;

    private static final boolean[] IN_TOKENS = new boolean[128];

    static {
        String characters = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        characters.chars().forEach(c -> IN_TOKENS[c] = true);
    }

    private Grammar() {}

    /// 5.6.2: names of methods, fields, subprotocols and extensions are tokens.
    static boolean isToken(String text) {
        return !text.isEmpty() && all(text, Grammar::isTokenCharacter);
    }

    static boolean isTokenCharacter(int c) {
        return c < IN_TOKENS.length && IN_TOKENS[c];
    }

    /// 5.5: values of fields, and reasons, are made of visible characters, spaces, tabs and what is above ASCII.
    static boolean isText(String text) {
        return all(text, Grammar::isTextCharacter);
    }

    static boolean isTextCharacter(int c) {
        return c >= ' ' && c != 0x7F && c <= 0xFF || c == '\t';
    }

    /// 3.2: a target is visible ASCII. What is more than that is judged by who serves it.
    static boolean isTarget(String text) {
        return !text.isEmpty() && all(text, c -> c > ' ' && c < 0x7F);
    }

    /// A loop, not a stream: every name and value of every handshake comes through here, some twice, and what that leaves
    /// to the collector ages the stacks of connections that wait (IdleCost).
    private static boolean all(String text, IntPredicate mayStand) {
        for (int i = 0; i < text.length(); i++) {
            if (!mayStand.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /// 5.6.3: spaces and tabs around a value or an element of a list are no part of it.
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isSpace(int c) {
        return c == ' ' || c == '\t';
    }

    /// The target of a request, or a line that holds one, as it may stand in a message: without user information and
    /// query, which may be secrets.
    static String quoteTarget(String text) {
        int query = text.indexOf('?');
        String shown = query == -1 ? text : text.substring(0, query) + "?...";
        return quote(shown.replaceFirst("(?<=://)[^/?#]*@", ""));
    }

    /// What a peer sent, as it may stand in a message: short, and without anything that could forge a line of a log.
    ///
    /// @param text anything
    /// @return at most 60 characters of it, in quotes
    public static String quote(String text) {
        var quoted = new StringBuilder("'");
        text.chars().limit(QUOTED_CHARACTERS).forEach(c -> quoted.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
        return quoted.append(text.length() > QUOTED_CHARACTERS ? "...'" : "'").toString();
    }
}
