package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.NettySource.Flush;
import dev.asyncio.bench.StreamSource.Form;
import dev.asyncio.core.testing.NothingLeftOver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeftOver.class)
class NettySourceTest {

    /// Asks a source for blocks, on a channel that is writable until as much waits as is usual.
    private static EmbeddedChannel ask(int blockBytes, ChannelHandler below, NettySource source) {
        var channel = new EmbeddedChannel(below, source);
        byte[] request = new StreamRequest(blockBytes, StreamRequest.Mode.WHOLE).bytes();
        channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(request));
        channel.runPendingTasks();
        return channel;
    }

    /// Takes what is written and lets nothing go, until it has enough.
    private static final class Hoard extends ChannelOutboundHandlerAdapter {

        private static final int ENOUGH = 10;
        private final List<ByteBuf> blocks = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            blocks.add((ByteBuf) message);
            if (blocks.size() == ENOUGH) {
                context.close();
            }
        }
    }

    @Test
    void aBlockThatHasToWaitKeepsItsNumber() {
        var hoard = new Hoard();
        ask(64 * 1024, hoard, new NettySource(Form.BARE, Flush.AT_ONCE));
        assertEquals(List.of(0L, 1L), hoard.blocks.stream().map(ByteBuf::readLong).toList());
        hoard.blocks.forEach(block -> assertTrue(block.release(), "the source still holds a block"));
    }

    /// Counts what is written until it is flushed, which is the end.
    private static final class Counter extends ChannelOutboundHandlerAdapter {

        private int writeCount;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            writeCount++;
            super.write(context, message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            context.close();
        }
    }

    private static int writesBeforeTheFirstFlush(int blockBytes, Flush flush) {
        var counter = new Counter();
        EmbeddedChannel channel = ask(blockBytes, counter, new NettySource(Form.BARE, flush));
        assertFalse(channel.isOpen(), "nothing was flushed");
        return counter.writeCount;
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1024, 4 * 1024, 64 * 1024})
    void blocksOf64KibShareAFlushWhereThatIsAskedFor(int blockBytes) {
        assertEquals(1, writesBeforeTheFirstFlush(blockBytes, Flush.AT_ONCE));
        assertEquals(64 * 1024 / blockBytes, writesBeforeTheFirstFlush(blockBytes, Flush.WHEN_FULL));
    }
}
