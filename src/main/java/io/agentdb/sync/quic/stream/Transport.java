package io.agentdb.sync.quic.stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.incubator.codec.quic.EpollQuicUtils;
import io.netty.incubator.codec.quic.QuicCodecBuilder;
import io.netty.incubator.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.incubator.codec.quic.SegmentedDatagramPacketAllocator;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** UDP and QUIC as both sides set them up: epoll with batched system calls where there is epoll, NIO elsewhere. */
public final class Transport {

    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int DATAGRAM = 2048;
    private static final int DATAGRAMS_PER_CALL = 16;
    private static final long STREAM_WINDOW = 4 << 20;
    private static final long CONNECTION_WINDOW = 16 << 20;
    private static final long MAX_STREAMS = 100;

    private Transport() {
    }

    /** As both ends of a connection write it, so that they can be compared. */
    public static String address(SocketAddress address) {
        return address instanceof InetSocketAddress known && known.getAddress() != null
                ? known.getAddress().getHostAddress() + ":" + known.getPort() : "unknown";
    }

    public static EventLoopGroup group(String name, int threads) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return Epoll.isAvailable() ? new EpollEventLoopGroup(threads, factory)
                : new NioEventLoopGroup(threads, factory);
    }

    public static Bootstrap udp(EventLoopGroup group) {
        Bootstrap bootstrap = new Bootstrap().group(group)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER).option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER);
        if (!Epoll.isAvailable()) {
            return bootstrap.channel(NioDatagramChannel.class);
        }
        // One recvmmsg takes up to 16 datagrams; one system call each would be most of the cost of receiving.
        return bootstrap.channel(EpollDatagramChannel.class)
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM * DATAGRAMS_PER_CALL));
    }

    /** Several datagrams per sendmsg, where the kernel cuts them (UDP_SEGMENT). */
    public static SegmentedDatagramPacketAllocator segments() {
        return Epoll.isAvailable() ? EpollQuicUtils.newSegmentedAllocator(DATAGRAMS_PER_CALL)
                : SegmentedDatagramPacketAllocator.NONE;
    }

    /** Of host:port. */
    public static String host(String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    /** As many addresses may a connection have had: each time a NAT forgets a client, that is one more. */
    private static final int CONNECTION_IDS = 8;

    public static <B extends QuicCodecBuilder<B>> B configure(B builder) {
        return builder.maxIdleTimeout(60, TimeUnit.SECONDS)
                .initialMaxData(CONNECTION_WINDOW)
                .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW)
                .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW)
                .initialMaxStreamsBidirectional(MAX_STREAMS)
                .initialMaxStreamsUnidirectional(0)
                .activeConnectionIdLimit(CONNECTION_IDS)
                // CUBIC takes each packet that a line loses for a sign that it is full: at 50 ms and 1 % of losses, it
                // sends 1 MB a second, whatever the line has room for.
                .congestionControlAlgorithm(QuicCongestionControlAlgorithm.BBR);
    }
}
