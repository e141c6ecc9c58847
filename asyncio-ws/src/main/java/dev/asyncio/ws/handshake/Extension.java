package dev.asyncio.ws.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One element of `Sec-WebSocket-Extensions`: a name and its parameters in their order (RFC 6455, section 9.1).
///
/// @param name a token
/// @param parameters what stands behind it; names may repeat here, which is for the extension to judge
record Extension(String name, List<Parameter> parameters) {

    static final String HEADER = FieldNames.EXTENSIONS;

    /// @param name a token
    /// @param value a token, from a quoted string or not; empty if there is none
    record Parameter(String name, Optional<String> value) {}

    /// Reads the extensions of a head, from all its fields together.
    ///
    /// @throws HandshakeException if they are not in the form that 9.1 gives
    static List<Extension> parseAll(Headers headers) throws HandshakeException {
        var extensions = new ArrayList<Extension>();
        for (String value : headers.all(HEADER)) {
            new Cursor(value).readInto(extensions);
        }
        return List.copyOf(extensions);
    }

    /// Walks over one value of the field.
    private static final class Cursor {

        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        /// `extension *( "," extension )`; between commas there may be nothing (RFC 9110, section 5.6.1).
        void readInto(List<Extension> extensions) throws HandshakeException {
            do {
                skipSpace();
                if (at < text.length() && text.charAt(at) != ',') {
                    extensions.add(extension());
                }
            } while (skip(','));
            if (at < text.length()) {
                throw malformed();
            }
        }

        /// `token *( ";" parameter )`
        private Extension extension() throws HandshakeException {
            String name = token();
            var parameters = new ArrayList<Parameter>();
            while (skip(';')) {
                parameters.add(parameter());
            }
            return new Extension(name, List.copyOf(parameters));
        }

        /// `token [ "=" ( token | quoted-string ) ]`
        private Parameter parameter() throws HandshakeException {
            String name = token();
            return new Parameter(name,
                    skip('=') ? Optional.of(skip('"') ? restOfQuoted() : token()) : Optional.empty());
        }

        private String token() throws HandshakeException {
            skipSpace();
            int start = at;
            while (at < text.length() && Grammar.isTokenCharacter(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                throw malformed();
            }
            return text.substring(start, at);
        }

        /// What a quoted string says must be a token too.
        private String restOfQuoted() throws HandshakeException {
            var value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            if (!skip('"') || !Grammar.isToken(value.toString())) {
                throw malformed();
            }
            return value.toString();
        }

        private boolean skip(char c) {
            skipSpace();
            boolean isThere = at < text.length() && text.charAt(at) == c;
            if (isThere) {
                at++;
            }
            return isThere;
        }

        private void skipSpace() {
            while (at < text.length() && Grammar.isSpace(text.charAt(at))) {
                at++;
            }
        }

        private HandshakeException malformed() {
            return HandshakeException
                    .badRequest(HEADER + ": malformed at character " + (at + 1) + " of " + Grammar.quote(text));
        }
    }
}
