package dev.asyncio.ws.frame;

import java.util.Arrays;

/// RFC 1951 in its simplest form, to see what an inflater of the JDK does not show: how far back references go.
final class InflateReference {

    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private final byte[] input;
    private byte[] output = new byte[1024];
    private int outputBytes;
    private int bitIndex;

    /// The farthest that any reference went back.
    private int maxDistance;

    private InflateReference(byte[] input) {
        this.input = input;
    }

    /// What came of blocks up to the end of the input, which ends at the end of a block.
    record Result(byte[] bytes, int maxDistance) {}

    static Result inflate(byte[] input) {
        var inflater = new InflateReference(input);
        while (inflater.bitIndex <= 8 * input.length - 8) {
            inflater.block();
        }
        return new Result(Arrays.copyOf(inflater.output, inflater.outputBytes), inflater.maxDistance);
    }

    private void block() {
        bits(1);
        switch (bits(2)) {
            case 0 -> stored();
            case 1 -> {
                int[] lengths = new int[288];
                Arrays.fill(lengths, 0, 144, 8);
                Arrays.fill(lengths, 144, 256, 9);
                Arrays.fill(lengths, 256, 280, 7);
                Arrays.fill(lengths, 280, 288, 8);
                int[] distances = new int[30];
                Arrays.fill(distances, 5);
                compressed(lengths, distances);
            }
            case 2 -> dynamic();
            default -> throw new IllegalStateException("block type 3");
        }
    }

    private void stored() {
        bitIndex = bitIndex + 7 & ~7;
        int length = bits(16);
        if (bits(16) != (length ^ 0xFFFF)) {
            throw new IllegalStateException("stored length");
        }
        for (int i = 0; i < length; i++) {
            put(bits(8));
        }
    }

    private void dynamic() {
        int literalCount = bits(5) + 257;
        int distanceCount = bits(5) + 1;
        int codeLengthCount = bits(4) + 4;
        int[] codeLengths = new int[19];
        for (int i = 0; i < codeLengthCount; i++) {
            codeLengths[CODE_LENGTH_ORDER[i]] = bits(3);
        }
        int[] lengths = new int[literalCount + distanceCount];
        int i = 0;
        while (i < lengths.length) {
            int symbol = symbol(codeLengths);
            int value = symbol < 16 ? symbol : symbol == 16 ? lengths[i - 1] : 0;
            int repeat = switch (symbol) {
                case 16 -> 3 + bits(2);
                case 17 -> 3 + bits(3);
                case 18 -> 11 + bits(7);
                default -> 1;
            };
            Arrays.fill(lengths, i, i + repeat, value);
            i += repeat;
        }
        compressed(Arrays.copyOf(lengths, literalCount), Arrays.copyOfRange(lengths, literalCount, lengths.length));
    }

    private void compressed(int[] literals, int[] distances) {
        for (int symbol = symbol(literals); symbol != 256; symbol = symbol(literals)) {
            if (symbol < 256) {
                put(symbol);
            } else {
                int length = length(symbol);
                copy(distance(symbol(distances)), length);
            }
        }
    }

    private int length(int symbol) {
        if (symbol < 265 || symbol == 285) {
            return symbol == 285 ? 258 : symbol - 254;
        }
        int extraBits = (symbol - 261) / 4;
        return 3 + ((4 + (symbol - 261) % 4) << extraBits) + bits(extraBits);
    }

    private int distance(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int extraBits = symbol / 2 - 1;
        return 1 + ((2 + symbol % 2) << extraBits) + bits(extraBits);
    }

    private void copy(int distance, int length) {
        maxDistance = Math.max(maxDistance, distance);
        for (int i = 0; i < length; i++) {
            put(output[outputBytes - distance]);
        }
    }

    private void put(int octet) {
        if (outputBytes == output.length) {
            output = Arrays.copyOf(output, 2 * outputBytes);
        }
        output[outputBytes++] = (byte) octet;
    }

    /// 3.2.2: codes of one length follow each other, in the order of their symbols.
    private int symbol(int[] lengths) {
        int code = 0;
        int first = 0;
        for (int length = 1; length <= 15; length++) {
            code = code << 1 | bits(1);
            int rank = code - first;
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] == length && rank-- == 0) {
                    return symbol;
                }
            }
            for (int symbolLength : lengths) {
                first += symbolLength == length ? 1 : 0;
            }
            first <<= 1;
        }
        throw new IllegalStateException("no such code");
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bitIndex++) {
            value |= (input[bitIndex / 8] >> bitIndex % 8 & 1) << i;
        }
        return value;
    }
}
