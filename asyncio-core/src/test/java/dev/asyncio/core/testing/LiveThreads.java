package dev.asyncio.core.testing;

import java.lang.reflect.Method;
import java.util.stream.Stream;

/// Every thread that is alive, virtual ones among them, from the lists that the JDK keeps of them. A thread dump would
/// know them, too; but it looks at their stacks, and threads that park meanwhile may not survive that (JDK-8364343).
final class LiveThreads {

    private static final String PACKAGE = "jdk.internal.vm";
    private static final Method ROOT = method("ThreadContainers", "root");
    private static final Method CHILDREN = method("ThreadContainer", "children");
    private static final Method THREADS = method("ThreadContainer", "threads");

    private LiveThreads() {}

    static Stream<Thread> all() {
        return in(call(ROOT, null));
    }

    private static Stream<Thread> in(Object container) {
        Stream<?> threads = (Stream<?>) call(THREADS, container);
        Stream<?> children = (Stream<?>) call(CHILDREN, container);
        return Stream.concat(threads.map(Thread.class::cast), children.flatMap(LiveThreads::in));
    }

    private static Method method(String className, String name) {
        try {
            return Class.forName(PACKAGE + "." + className).getMethod(name);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("this JDK keeps its threads elsewhere", e);
        }
    }

    private static Object call(Method method, Object target) {
        try {
            return method.invoke(target);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("expected --add-exports java.base/" + PACKAGE + "=ALL-UNNAMED", e);
        }
    }
}
