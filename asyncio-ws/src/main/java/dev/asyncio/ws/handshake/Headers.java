package dev.asyncio.ws.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The header fields of a head, in their order. Names are compared without regard to case. Immutable.
///
/// Whatever is in here can be sent: a field that could smuggle a line into a head cannot be made.
public final class Headers {

    private static final Headers NONE = new Headers(List.of());

    private final List<Field> fields;

    Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /// One header field.
    ///
    /// @param name a token
    /// @param value without the spaces and tabs around it
    public record Field(String name, String value) {

        /// Checks both, and takes the spaces and tabs around the value away.
        ///
        /// @throws IllegalArgumentException if the name is no token or the value holds a control character or one
        ///         beyond ISO 8859-1; the message names the header and never shows the value, which may be a secret
        public Field {
            if (!Grammar.isToken(name)) {
                throw new IllegalArgumentException("header " + Grammar.quote(name) + ": name is no token");
            }
            if (!Grammar.isText(value)) {
                throw new IllegalArgumentException(
                        "header " + name + ": value holds a control character or one beyond ISO 8859-1");
            }
            value = Grammar.strip(value);
        }

        private boolean isOneOf(List<String> names) {
            return names.stream().anyMatch(name::equalsIgnoreCase);
        }

        /// The name alone: the value may be a secret.
        @Override
        public String toString() {
            return name;
        }
    }

    /// No fields.
    ///
    /// @return the empty headers
    public static Headers none() {
        return NONE;
    }

    /// Fields from names and values that take turns.
    ///
    /// @param namesAndValues a name, its value, the next name, and so on
    /// @return the fields
    /// @throws IllegalArgumentException as [Field] has it, or if the last value is missing
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("header " + Grammar.quote(namesAndValues[namesAndValues.length - 1])
                    + ": expected a value behind each name");
        }
        var fields = new ArrayList<Field>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Headers(fields);
    }

    /// These fields and one more behind them.
    ///
    /// @param name the name
    /// @param value the value
    /// @return the longer headers; these stay as they are
    /// @throws IllegalArgumentException as [Field] has it
    public Headers with(String name, String value) {
        return with(of(name, value));
    }

    /// These fields and others behind them.
    ///
    /// @param others what is added
    /// @return the longer headers; these stay as they are
    public Headers with(Headers others) {
        var longer = new ArrayList<>(fields);
        longer.addAll(others.fields);
        return new Headers(longer);
    }

    /// These fields but some.
    ///
    /// @param names of the fields to leave out, in any case
    /// @return the shorter headers; these stay as they are
    public Headers without(List<String> names) {
        return new Headers(fields.stream().filter(field -> !field.isOneOf(names)).toList());
    }

    /// All fields, in their order.
    ///
    /// @return an immutable list
    public List<Field> fields() {
        return fields;
    }

    /// The first value under a name.
    ///
    /// @param name a field's name in any case
    /// @return empty if there is no such field
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /// Each value under a name, as it was sent.
    ///
    /// @param name a field's name in any case
    /// @return the values in their order
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                values.add(field.value);
            }
        }
        return List.copyOf(values);
    }

    /// The elements of a field that is a list, whether they came in one value, with commas, or in several.
    ///
    /// @param name a field's name in any case
    /// @return the elements in their order, none of them empty, quoted strings with their quotes
    public List<String> listOf(String name) {
        var elements = new ArrayList<String>();
        for (String value : all(name)) {
            splitInto(elements, value);
        }
        return List.copyOf(elements);
    }

    /// Whether a list, as [#listOf] has it, contains a token.
    ///
    /// @param name a field's name in any case
    /// @param token the token in any case
    /// @return whether one element is that token
    public boolean hasToken(String name, String token) {
        return listOf(name).stream().anyMatch(token::equalsIgnoreCase);
    }

    /// For a caller's additions to a handshake: refuses the fields that make it one.
    ///
    /// @throws IllegalArgumentException if one of these is in here
    public void refuseThoseOfTheHandshake() {
        refuse(FieldNames.OF_THE_HANDSHAKE);
    }

    /// For a caller's additions: refuses the names that are not the caller's to give.
    ///
    /// @throws IllegalArgumentException if one of the names is in here
    void refuse(List<String> names) {
        for (Field field : fields) {
            if (field.isOneOf(names)) {
                throw new IllegalArgumentException("header " + field.name + ": belongs to the handshake itself");
            }
        }
    }

    /// The names alone: values may be secrets.
    @Override
    public String toString() {
        return fields.toString();
    }

    /// 5.6.1: empty elements are skipped. 5.6.4: a comma in a quoted string separates nothing.
    private static void splitInto(List<String> elements, String value) {
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i <= value.length(); i++) {
            char c = i < value.length() ? value.charAt(i) : ',';
            if (i == value.length() || c == ',' && !quoted) {
                String element = Grammar.strip(value.substring(start, i));
                if (!element.isEmpty()) {
                    elements.add(element);
                }
                start = i + 1;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted && i + 1 < value.length()) {
                i++;
            }
        }
    }
}
