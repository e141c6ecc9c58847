package dev.asyncio.net;

import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/// Who comes to a port that is given up, or is about to be.
public final class Newcomers {

    private Newcomers() {}

    /// Waits until nobody listens any more.
    ///
    /// @param address the listener's
    public static void awaitRefusal(InetSocketAddress address) {
        Waiting.await("newcomers to be refused", () -> areRefused(address));
    }

    /// Whether nobody listens.
    ///
    /// @param address the listener's
    /// @return false also where the listener closes upon the newcomer
    static boolean areRefused(InetSocketAddress address) {
        try (var _ = new Socket(address.getAddress(), address.getPort())) {
            return false;
        } catch (ConnectException _) {
            return true;
        } catch (SocketException _) {
            return false; // reset
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
