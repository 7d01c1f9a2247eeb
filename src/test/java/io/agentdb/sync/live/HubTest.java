package io.agentdb.sync.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Twenty peers follow one node: what one change costs it. */
class HubTest {

    private static final int PEERS = 20;

    private final TestNode hub = TestNode.start("hub");
    private final Loopback loopback = new Loopback();
    private final Logger jdbc = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
    /** What workers ask the database. */
    private final List<String> statements = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> asked = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            String message = event.getFormattedMessage();
            if (event.getThreadName().startsWith("sync-worker-") && (message.startsWith("Executing SQL query")
                    || message.startsWith("Executing prepared SQL statement"))) {
                statements.add(message);
            }
        }
    };

    @AfterEach
    void close() {
        jdbc.setLevel(null);
        jdbc.setAdditive(true);
        jdbc.detachAppender(asked);
        loopback.close();
        hub.close();
    }

    @Test
    void oneChange_isOneTurnForEachPeer_ofTwoStatements() {
        List<Exchange> peers = IntStream.range(0, PEERS).mapToObj(this::follow).toList();
        changeReaches(peers);
        await().until(() -> hub.bean(ConnectionRegistry.class).views().size() == PEERS);
        asked.start();
        jdbc.setLevel(Level.DEBUG);
        jdbc.setAdditive(false);
        jdbc.addAppender(asked);
        changeReaches(peers);
        await().untilAsserted(() -> assertThat(statements).hasSize(2 * PEERS));
        peers.forEach(Exchange::close);
    }

    private void changeReaches(List<Exchange> peers) {
        hub.episode("new");
        peers.forEach(peer -> assertThat(peer.receive(Batch.class).records()).hasSize(1));
    }

    private Exchange follow(int number) {
        Exchange exchange = loopback.pool("peer" + number, Loopback.UNVERIFIED, 1, Limits.ALPN, 0)
                .openStanding(Loopback.to(hub.bean(QuicServer.class)));
        Cursor start = Cursor.start(hub.bean(LocalNode.class).actor());
        exchange.send(new PullRequest(Kind.ALL.stream().collect(Collectors.toMap(kind -> kind, kind -> start)),
                Selection.ALL, 100, Map.of(), List.of(), true));
        exchange.receive(PullStart.class);
        exchange.receive(PullEnd.class);
        return exchange;
    }
}
