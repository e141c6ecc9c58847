package dev.asyncio.core.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Keeps what the library logs during a test, instead of printing it.
public final class LibraryLog implements BeforeEachCallback, AfterEachCallback {

    private static final Logger LOGGER = Logger.getLogger("dev.asyncio");

    private final List<LogRecord> entries = new CopyOnWriteArrayList<>();
    private volatile Error failure;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            entries.add(entry);
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /// What was logged since the start.
    public List<LogRecord> entries() {
        return entries;
    }

    /// Has every call of the logger fail like that from here on, its entry kept all the same.
    public void failWith(Error error) {
        failure = error;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        start();
    }

    /// Begins to keep it: for a process that is a test's own, to its end.
    public void start() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }
}
