package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyServerTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @AfterEach
    void leaveTheChoiceToOthers() {
        System.clearProperty(NettyServer.RECEIVE_BUFFER_PROPERTY);
    }

    private static Object allocator(Channel channel) {
        return channel.config().getRecvByteBufAllocator();
    }

    @Test
    void aTcpServerReadsAsItIsTold() throws IOException {
        assertInstanceOf(AdaptiveRecvByteBufAllocator.class, allocatorOfAnEcho());
        System.setProperty(NettyServer.RECEIVE_BUFFER_PROPERTY, "fixed");
        assertInstanceOf(FixedRecvByteBufAllocator.class, allocatorOfAnEcho());
    }

    /// Has more echoed than an adaptive buffer begins with.
    private static Object allocatorOfAnEcho() throws IOException {
        byte[] message = Payloads.bytes(64 * 1024, new Random(1));
        try (var server = NettyEcho.start(ANY_PORT, Transport.NIO);
                var client = new Socket(server.address().getAddress(), server.address().getPort())) {
            client.getOutputStream().write(message);
            assertArrayEquals(message, client.getInputStream().readNBytes(message.length));
            return allocator(server.server().connections().iterator().next());
        }
    }

    @Test
    void aServerThatCannotBindLeavesNoLoopBehind() throws Exception {
        try (var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var taken = (InetSocketAddress) holder.getLocalSocketAddress();
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            assertThrows(BindException.class, () -> NettyServer.start(taken, Transport.NIO, _ -> {}));
            assertEquals(Set.of(), loopsSince(before));
        }
    }

    private static Set<Thread> loopsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().contains("IoEventLoop"))
                .collect(Collectors.toSet());
    }

    @Test
    void aWebSocketServerReadsAsItIsTold() {
        assertInstanceOf(AdaptiveRecvByteBufAllocator.class, allocatorOfAWebSocket());
        System.setProperty(NettyServer.RECEIVE_BUFFER_PROPERTY, "fixed");
        assertInstanceOf(FixedRecvByteBufAllocator.class, allocatorOfAWebSocket());
    }

    private static Object allocatorOfAWebSocket() {
        var channel = new EmbeddedChannel();
        NettyWebSocketEcho.addHandlers(channel, WebSocketContender.Deflate.OFF, true, new NettyServer.Echo());
        return allocator(channel);
    }

    @Test
    void anUnknownReceiveBufferIsRefused() {
        System.setProperty(NettyServer.RECEIVE_BUFFER_PROPERTY, "elastic");
        assertThrows(IllegalArgumentException.class, NettyServerTest::allocatorOfAWebSocket);
    }
}
