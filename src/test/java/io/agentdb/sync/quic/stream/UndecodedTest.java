package io.agentdb.sync.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.quic.client.RawClient;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.version.Actor;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tech.kwik.core.QuicStream;

/** What has come and no worker has looked at: it takes memory too, and whoever has a token can send it. */
class UndecodedTest {

    private static final byte[] PING = Framed.one(MessageCodec.encode(new Message.Ping(1)));
    /** The length of a frame of 200,000 bytes, and its first byte. */
    private static final byte[] BEGINNING = {(byte) 0xc0, (byte) 0x9a, 0x0c, 0};
    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void unfinishedRequests_takeNoMoreThanTheirBudget_andMoreAreToldToWait() throws IOException {
        // Of one client half, so that two of these have room.
        loopback.waiting = new MemoryBudget(1_000_000);
        QuicServer server = loopback.server();
        try (RawClient client = RawClient.welcomed(server.port())) {
            QuicStream first = client.stream();
            RawClient.send(first, BEGINNING);
            RawClient.send(client.stream(), BEGINNING);
            await().until(() -> loopback.waiting.taken() == 400_000);
            QuicStream third = client.stream();
            RawClient.send(third, BEGINNING);
            assertThat(RawClient.read(third).getError().getCodeValue()).isEqualTo(ErrorCode.RATE_LIMITED.number());

            first.resetStream(ErrorCode.CANCELLED.number());
            await().until(() -> loopback.waiting.taken() == 200_000);
            QuicStream ping = client.stream();
            RawClient.send(ping, PING);
            assertThat(RawClient.read(ping).hasPong()).isTrue();
        }
        await().until(() -> loopback.waiting.taken() == 0);
    }

    @Test
    void stream_isNotReadOn_beforeAWorkerHasIt() {
        AtomicInteger reads = new AtomicInteger();
        StreamExchange exchange = new StreamExchange(new Session(
                "id", new Actor("client.aaaaaaaa"), new Actor("server.aaaaaaaa"), Set.of(), "address",
                        Duration.ZERO, new Caller("client", Permissions.ALL)), Duration.ofSeconds(20),
                        new StreamObserver() { },
                loopback.memory);
        EmbeddedChannel stream = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads.incrementAndGet();
            }
        }, exchange);
        int before = reads.get();
        stream.writeInbound(Unpooled.wrappedBuffer(PING, 0, 1));
        assertThat(reads).as("in the middle of the first frame").hasValue(before + 1);
        stream.writeInbound(Unpooled.wrappedBuffer(PING, 1, PING.length - 1));
        assertThat(reads).as("behind it").hasValue(before + 1);
        exchange.receive();
        stream.runPendingTasks();
        assertThat(reads).as("once a worker has it").hasValue(before + 2);
        stream.pipeline().remove(exchange);
    }

    @Test
    void pingsAndClosedExchanges_holdNothingOfWhatFollowsThem() throws IOException {
        QuicServer server = loopback.server();
        long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        byte[] unfinished = Framed.join(PING, new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, 0x04},
                new byte[3 << 20]);
        try (RawClient client = RawClient.welcomed(server.port())) {
            for (int i = 0; i < 10; i++) {
                // Of all but the last few, QUIC's windows let the client send no more than has been read.
                sendUntilStopped(client.stream(), unfinished);
            }
            await().until(() -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before < 4 << 20);
        }
    }

    /** Who has answered stops what follows (RFC 9000, section 3.5), perhaps before the last byte has left. */
    private static void sendUntilStopped(QuicStream stream, byte[] bytes) throws IOException {
        try {
            RawClient.send(stream, bytes);
        } catch (InterruptedIOException stopped) {
            assertThat(stopped).hasMessageContaining("aborted");
        }
    }
}
