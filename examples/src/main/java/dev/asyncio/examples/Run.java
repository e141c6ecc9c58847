package dev.asyncio.examples;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/// Runs an example by its name, and says in one line why it could not: a bad port, one in use, nobody there. So the
/// examples need not, and show their idea alone.
final class Run {

    private Run() {}

    static void main(String[] args) throws Throwable {
        try {
            mainOf(args[0]).invokeExact(Arrays.copyOfRange(args, 1, args.length));
        } catch (NumberFormatException e) {
            giveUp(args[0] + ": expected a number: " + e.getMessage());
        } catch (IllegalArgumentException | IOException e) {
            giveUp(args[0] + ": " + e.getMessage());
        }
    }

    private static MethodHandle mainOf(String example) {
        try {
            Class<?> type = Class.forName(Run.class.getPackageName() + "." + example);
            return MethodHandles.lookup().findStatic(type, "main", MethodType.methodType(void.class, String[].class));
        } catch (ReflectiveOperationException _) {
            throw new IllegalArgumentException("there is no such example");
        }
    }

    private static void giveUp(String reason) {
        System.err.println(reason);
        System.exit(2);
    }
}
