package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    private final Headers headers = Headers.of("A", "1", "b", "2", "a", "3");

    @Test
    void fieldsAreFoundInTheirOrderWithoutRegardToCase() {
        assertEquals(Optional.of("1"), headers.first("a"));
        assertEquals(List.of("1", "3"), headers.all("A"));
        assertEquals(Optional.of("2"), headers.first("B"));
        assertEquals(Optional.empty(), headers.first("c"));
        assertEquals(List.of(), headers.all("c"));
        assertEquals(3, headers.fields().size());
    }

    @Test
    void addingMakesLongerHeadersAndLeavesTheseAlone() {
        assertEquals(List.of("1", "3", "4"), headers.with("a", "4").all("a"));
        assertEquals(List.of("1", "3", "1", "3"), headers.with(headers).all("a"));
        assertEquals(List.of("1", "3"), headers.all("a"));
        assertEquals(List.of(), Headers.none().fields());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '/', quoteCharacter = '~', textBlock = """
            ~~            /
            a             / a
            a,b           / a|b
            ~ a ,	b,  ~ / a|b
            ,,a,,b,,      / a|b
            a b           / a b
            "a,b",c       / "a,b"|c
            "a\\",b",c    / "a\\",b"|c
            a\\,b         / a\\|b
            x;y="1,2", z  / x;y="1,2"|z
            "a,b          / "a,b
            "a\\          / "a\\
            """)
    void listsAreSplitAtCommasOutsideQuotedStrings(String value, String elements) {
        assertEquals(
                elements == null ? List.of() : List.of(elements.split("\\|")),
                Headers.of("L", value).listOf("l"));
    }

    @Test
    void repeatedFieldsAreOneList() {
        assertEquals(List.of("a", "b", "c"), Headers.of("L", "a, b", "M", "x", "l", "c").listOf("L"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            upgrade             | true
            UPGRADE             | true
            keep-alive, Upgrade | true
            keep-alive,upgrade, | true
            keep-alive          | false
            upgrades            | false
            up grade            | false
            "upgrade"           | false
            upgrade;q=1         | false
            """)
    void aTokenIsAWholeElementInAnyCase(String value, boolean isThere) {
        assertEquals(isThere, Headers.of("Connection", value).hasToken("connection", "Upgrade"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\r\nX: y", "a\0b", "a\u007Fb", "a\u0001b", "a\u010Ab", "\n", "a\u20AC"})
    void aValueThatCouldBreakALineIsRefusedByTheNameOfItsHeader(String value) {
        var e = assertThrows(IllegalArgumentException.class, () -> Headers.of("X-Mine", value));
        assertTrue(e.getMessage().contains("X-Mine"), e.getMessage());
        assertFalse(e.getMessage().contains(value), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Headers.none().with("X-Mine", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r", "a\nb", "ä", "(a)", "a\0", "a,b", "a/b", "\"a\"", "\u017Fec"})
    void aNameThatIsNoTokenIsRefused(String name) {
        var e = assertThrows(IllegalArgumentException.class, () -> Headers.of(name, "x"));
        assertTrue(e.getMessage().startsWith("header '"), e.getMessage());
    }

    @Test
    void everyTokenCharacterMayBeInAName() {
        String name = "!#$%&'*+-.^_`|~09azAZ";
        assertEquals(Optional.of("x"), Headers.of(name, "x").first(name));
    }

    @Test
    void aNameWithoutAValueIsRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> Headers.of("a", "1", "b"));
        assertTrue(e.getMessage().contains("'b'"), e.getMessage());
    }

    @Test
    void spacesAroundAValueAreNoPartOfIt() {
        assertEquals(Optional.of("a \t b\u00A0"), Headers.of("x", " \ta \t b\u00A0\t ").first("x"));
    }

    @Test
    void valuesAreNotShown() {
        assertEquals("[Cookie, b]", Headers.of("Cookie", "secret", "b", "c").toString());
    }
}
