package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionTest {

    /// As `name;parameter=value;parameter`, with a space between extensions.
    private static String parse(String... values) throws HandshakeException {
        Headers headers = Headers.none();
        for (String value : values) {
            headers = headers.with("sec-websocket-extensions", value);
        }
        return Extension.parseAll(headers).stream()
                .map(extension -> extension.name() + extension.parameters().stream()
                        .map(parameter -> ";" + parameter.name() + parameter.value().map(v -> "=" + v).orElse(""))
                        .collect(Collectors.joining()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '/', quoteCharacter = '~', textBlock = """
            a                      / a
            a,b                    / a b
            ~ a , b ~              / a b
            , a,,b ,               / a b
            a;p                    / a;p
            a ; p = 1 ; q          / a;p=1;q
            a;p=1;p=2,a            / a;p=1;p=2 a
            a;p="1"                / a;p=1
            a;p="\\1\\0"           / a;p=10
            a;p="x"	,b             / a;p=x b
            """)
    void listsThatAreRead(String value, String extensions) throws HandshakeException {
        assertEquals(extensions, parse(value));
    }

    @Test
    void noFieldOrAnEmptyOneIsNoExtension() throws HandshakeException {
        assertEquals("", parse());
        assertEquals("", parse("", ","));
    }

    @Test
    void repeatedFieldsAreOneList() throws HandshakeException {
        assertEquals("a;x b c", parse("a;x", "b, c"));
        // A quoted string cannot go on in the next field.
        assertThrows(HandshakeException.class, () -> parse("a;x=\"1", "2\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "a;", "a;;p", "a;=1", "a;p=", "a;p=,", "a b", "a=1", "a;p q", "a;p=1 2", "a;p=\"",
        "a;p=\"\"", "a;p=\"1", "a;p=\"1 2\"", "a;p=\"1,2\"", "a;p=\"1\"2", "a;p=\"\\", "a/b", "\"a\"", "a;p=ü"})
    void listsThatAreRefused(String value) {
        var e = assertThrows(HandshakeException.class, () -> parse(value));
        assertEquals(400, e.status());
        assertTrue(e.getMessage().startsWith("Sec-WebSocket-Extensions: malformed at character "), e.getMessage());
    }

    @Test
    void theListIsTheCallersToKeep() throws HandshakeException {
        List<Extension> extensions = Extension.parseAll(Headers.of(Extension.HEADER, "a"));
        assertThrows(UnsupportedOperationException.class, extensions::clear);
    }
}
