package dev.asyncio.bench;

import java.io.IOException;
import org.openjdk.jmh.Main;

/// JMH's own main, with its options, in a class that an older Java refuses: that would run JMH's, and end with status 0
/// though no benchmark could be started.
public final class JmhMain {

    private JmhMain() {}

    static void main(String[] args) throws IOException {
        Main.main(args);
    }
}
