package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import dev.asyncio.bench.StreamSource.Form;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Netty as a [StreamSource], in its own idiom: writes while the channel is writable. Copies no block: the memory of several
/// takes turns, so that one that has to wait keeps its number.
final class NettySource extends ChannelInboundHandlerAdapter {

    /// When what is written is flushed.
    enum Flush {
        AT_ONCE(""),
        /// Once the channel takes no more, which is how small messages share a write: as many bytes as a
        /// `BufferedOutputStream` beside it joins.
        WHEN_FULL(", flushed when full");

        private static final int BATCH_BYTES = 64 * 1024;

        /// What a channel counts for a message besides its bytes.
        private static final int ENTRY_BYTES = 96;

        private final String remark;

        Flush(String remark) {
            this.remark = remark;
        }

        /// What a contender's name has behind it.
        String remark() {
            return remark;
        }

        private void limit(ChannelConfig config, int blockBytes) {
            if (this == WHEN_FULL) {
                int high = BATCH_BYTES + BATCH_BYTES / blockBytes * ENTRY_BYTES - 1; // with the last, it takes no more
                config.setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
            }
        }
    }

    private final Form form;
    private final Flush flush;

    /// As many as may wait, and one more, alike but for their numbers. One that Netty does not hold is free. Null before the
    /// request has come, and after the connection's end.
    private ByteBuf[] blocks;

    /// Of the next block.
    private long number;

    NettySource(Form form, Flush flush) {
        this.form = form;
        this.flush = flush;
    }

    static StreamSource.Source start(InetSocketAddress address, Transport transport, Form form, Flush flush)
            throws IOException {
        NettyServer server = NettyServer.start(address, transport, channel -> {
            var source = new NettySource(form, flush);
            switch (form) {
                case BARE -> channel.pipeline().addLast(source);
                case MESSAGE -> NettyWebSocketEcho.addHandlers(channel, WebSocketContender.Deflate.OFF, true, source);
            }
        });
        return new StreamSource.Source(server.address(), server::close);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = form == Form.MESSAGE ? ((WebSocketFrame) message).content() : (ByteBuf) message;
        StreamRequest request = StreamRequest.of(bytes.nioBuffer());
        flush.limit(context.channel().config(), request.blockBytes());
        blocks = newBlocks(context, request);
        ReferenceCountUtil.release(message);
        channelWritabilityChanged(context);
    }

    /// A channel that is writable has no more waiting than its high water mark.
    private static ByteBuf[] newBlocks(ChannelHandlerContext context, StreamRequest request) {
        ByteBuffer block = request.newBlock();
        int mostWaiting = context.channel().config().getWriteBufferHighWaterMark() / block.capacity();
        var blocks = new ByteBuf[mostWaiting + 1];
        Arrays.setAll(blocks, _ -> context.alloc().ioBuffer(block.capacity()).writeBytes(block.clear()));
        return blocks;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Channel channel = context.channel();
        while (blocks != null && channel.isWritable() && channel.isActive()) {
            ByteBuf block = nextBlock();
            Object message = form == Form.MESSAGE ? new BinaryWebSocketFrame(block) : block;
            if (flush == Flush.AT_ONCE) {
                context.writeAndFlush(message, context.voidPromise());
            } else {
                context.write(message, context.voidPromise());
                if (!channel.isWritable()) {
                    context.flush();
                }
            }
        }
    }

    private ByteBuf nextBlock() {
        ByteBuf block = blocks[(int) (number % blocks.length)];
        if (block.refCnt() > 1) {
            throw new IllegalStateException("block " + (number - blocks.length) + " still waits");
        }
        return block.readerIndex(0).setLong(0, number++).retain();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (blocks != null) {
            Arrays.stream(blocks).forEach(ByteBuf::release);
            blocks = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) { // else the receiver has gone: that is how a stream ends
            System.err.println("Netty source: " + cause);
        }
        context.close();
    }
}
