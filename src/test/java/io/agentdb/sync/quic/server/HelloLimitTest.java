package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.client.WildClient;
import io.agentdb.sync.quic.stream.Transport;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who connects and does not say who he is. */
class HelloLimitTest {

    private final Loopback loopback = new Loopback();
    private final EventLoopGroup group = Transport.group("strangers", 1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean over = new AtomicBoolean();

    @AfterEach
    void close() {
        over.set(true);
        loopback.close();
        threads.shutdownNow();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void strangersWhoSayNothing_takeNobodysPlace_howeverOftenTheyComeBack() {
        QuicServer server = loopback.server(Loopback.settings(0, 8, null, Loopback.DEVELOPMENT));
        for (int i = 0; i < 8; i++) {
            threads.execute(() -> {
                while (!over.get()) {
                    try (WildClient silent = WildClient.connect(group, server.port())) {
                        silent.awaitClosed();
                    } catch (RuntimeException refused) {
                        assertThat(refused).isNotNull();
                    }
                }
            });
        }
        await().until(() -> server.status().connections() >= 2);
        for (int i = 0; i < 3; i++) {
            QuicClientPool honest = loopback.pool("honest" + i, Loopback.UNVERIFIED, 1,
                    io.agentdb.sync.protocol.Limits.ALPN, 0);
            await().atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(SyncException.class)
                    .until(() -> honest.session(Loopback.to(server)) != null);
        }
        assertThat(loopback.registry.views()).filteredOn(view -> view.nodeId() != null).as("they stay").hasSize(3);
    }
}
