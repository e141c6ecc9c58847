package dev.asyncio.ws.handshake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/// The key that a client sends, and the proof by which the server shows that it has read it (RFC 6455, sections 4.1
/// and 4.2.2). It keeps caches and servers of other protocols from saying yes by accident, and is no secret.
public final class AcceptKey {

    private static final int KEY_BYTES = 16;
    private static final int KEY_CHARACTERS = 24;
    private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// Never fed.
    private static final MessageDigest SHA_1 = findSha1();

    /// Made on first use: seeding it may take its time, and a server never needs it.
    private static final class Random {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    private AcceptKey() {}

    /// Makes a key that nobody can foresee.
    ///
    /// @return 16 random bytes in Base64
    public static String newKey() {
        byte[] key = new byte[KEY_BYTES];
        Random.RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /// Whether a key looks as it must.
    ///
    /// @param key what a client sent
    /// @return whether it is 16 bytes in Base64
    public static boolean isWellFormed(String key) {
        // The decoder would also take the padding left off.
        if (key.length() != KEY_CHARACTERS) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// The proof that belongs to a key.
    ///
    /// @param key what the client sent
    /// @return the value of `Sec-WebSocket-Accept`
    public static String acceptFor(String key) {
        byte[] bytes = (key + SUFFIX).getBytes(StandardCharsets.ISO_8859_1);
        return Base64.getEncoder().encodeToString(newSha1().digest(bytes));
    }

    /// A copy, since a look-up leaves something with the thread, which may live as long as the connection.
    private static MessageDigest newSha1() {
        try {
            return (MessageDigest) SHA_1.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-1 can be cloned", e);
        }
    }

    private static MessageDigest findSha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
