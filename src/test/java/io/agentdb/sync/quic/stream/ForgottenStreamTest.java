package io.agentdb.sync.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.protocol.codec.Sessions;
import io.agentdb.sync.quic.client.WildClient;
import io.agentdb.sync.quic.client.WildClient.End;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Of a stream that its client has ended and stopped, QUIC tells nothing any more, and lets the client open others in
 * its place.
 */
class ForgottenStreamTest {

    private static final int LIMIT = 10;
    private static final List<byte[]> REFUSED = List.of(new byte[] {1, 0});

    private final Loopback loopback = new Loopback().limits(LIMIT, 10_000);
    private final EventLoopGroup group = Transport.group("wild", 1);

    @AfterEach
    void close() {
        loopback.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void streamThatItsClientHasEndedAndStopped_isForgottenOnceNothingIsTakenForATimeout() {
        QuicServer server = loopback.timeout(Duration.ofSeconds(1)).server();
        try (WildClient client = welcomed(server)) {
            for (int i = 0; i < LIMIT; i++) {
                client.play(REFUSED, End.STOP_SENDING).join();
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> requests() == LIMIT && open() == 0);
        }
    }

    @Test
    void streamsThatAClientHasEndedAndStopped_areNotMoreThanItMayOpen() {
        QuicServer server = loopback.server();
        try (WildClient client = welcomed(server)) {
            for (int i = 0; i < 20 * LIMIT; i++) {
                awaitRoom(client);
                client.play(REFUSED, End.STOP_SENDING).join();
                assertThat(open()).isLessThanOrEqualTo(LIMIT);
            }
            awaitRoom(client);
            client.play(REFUSED, End.FIN).join();
            assertThat(requests()).isEqualTo(20 * LIMIT + 1);
        }
    }

    /** The server gives a place back a moment after it has answered. */
    private static void awaitRoom(WildClient client) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(client::mayOpen);
    }

    private WildClient welcomed(QuicServer server) {
        WildClient client = WildClient.connect(group, server.port());
        client.greet(Framed.one(Sessions.hello("wild")));
        return client;
    }

    private int open() {
        return loopback.registry.views().get(0).openStreams();
    }

    private long requests() {
        return loopback.registry.views().get(0).requests();
    }
}
