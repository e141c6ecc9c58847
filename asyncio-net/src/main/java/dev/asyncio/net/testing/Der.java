package dev.asyncio.net.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes what certificates are made of, in the distinguished encoding of ASN.1 (X.690): tag, length, contents.
final class Der {

    private static final Instant GENERALIZED_FROM = Instant.parse("2050-01-01T00:00:00Z");
    private static final DateTimeFormatter UTC_TIME = format("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME = format("yyyyMMddHHmmss'Z'");

    private Der() {}

    static byte[] element(int tag, byte[]... contents) {
        var all = new ByteArrayOutputStream();
        for (byte[] each : contents) {
            all.writeBytes(each);
        }
        var element = new ByteArrayOutputStream();
        element.write(tag);
        writeLength(element, all.size());
        element.writeBytes(all.toByteArray());
        return element.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream element, int length) {
        if (length < 0x80) {
            element.write(length);
        } else if (length <= 0xFF) {
            element.write(0x81);
            element.write(length);
        } else {
            element.write(0x82);
            element.write(length >>> 8);
            element.write(length);
        }
    }

    static byte[] sequence(byte[]... items) {
        return element(0x30, items);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] isTrue() {
        return element(0x01, new byte[] {(byte) 0xFF});
    }

    static byte[] isNull() {
        return element(0x05);
    }

    static byte[] octets(byte[] contents) {
        return element(0x04, contents);
    }

    static byte[] bits(int unusedCount, byte... contents) {
        return element(0x03, new byte[] {(byte) unusedCount}, contents);
    }

    /// @param tag the number of a context-specific tag
    static byte[] implicit(int tag, byte[] contents) {
        return element(0x80 | tag, contents);
    }

    /// @param tag the number of a context-specific tag
    static byte[] explicit(int tag, byte[] element) {
        return element(0xA0 | tag, element);
    }

    static byte[] objectId(String dotted) {
        String[] parts = dotted.split("\\.");
        var contents = new ByteArrayOutputStream();
        contents.write(40 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]));
        for (int i = 2; i < parts.length; i++) {
            int part = Integer.parseInt(parts[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (part >>> shift != 0) {
                    contents.write(0x80 | part >>> shift & 0x7F);
                }
            }
            contents.write(part & 0x7F);
        }
        return element(0x06, contents.toByteArray());
    }

    /// RFC 5280, section 4.1.2.5: two digits of the year until 2049.
    static byte[] time(Instant instant) {
        boolean isGeneralized = !instant.isBefore(GENERALIZED_FROM);
        String text = (isGeneralized ? GENERALIZED_TIME : UTC_TIME).format(instant);
        return element(isGeneralized ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC);
    }
}
