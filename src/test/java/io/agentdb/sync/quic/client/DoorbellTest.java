package io.agentdb.sync.quic.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is dialled side by side, and who dials it. */
@Timeout(60)
class DoorbellTest {

    private final Loopback loopback = new Loopback();

    @AfterEach
    void stop() {
        loopback.close();
    }

    @Test
    void connectionThatIsMadeAfterItsCallerWasInterrupted_isClosed() throws Exception {
        QuicServer server = loopback.server();
        Dialer dialer = loopback.dialer();
        Doorbell bell = loopback.doorbell();
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        CompletableFuture<Void> made = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Void> left = OwnThread.run(() -> {
            caller.complete(Thread.currentThread());
            assertThatThrownBy(() -> bell.first(List.of(Loopback.to(server)), target -> {
                ClientConnection connection = dialer.dial(target);
                made.complete(null);
                // Whatever interrupts it.
                gone.join();
                return connection;
            })).isInstanceOf(Doorbell.NobodyThere.class);
        });
        made.get(30, TimeUnit.SECONDS);
        caller.get().interrupt();
        left.get(30, TimeUnit.SECONDS);
        gone.complete(null);
        await().until(() -> loopback.registry.count(Direction.IN) == 0);
    }
}
