package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionRegistryTest {

    private final ConnectionRegistry registry = new ConnectionRegistry();

    @Test
    void limit_countsIncomingConnectionsAlone_andAPlaceIsFreeAgainAfterwards() {
        registry.add("out", Direction.OUT, "a:1", reason -> { });
        assertThat(registry.admit("1", "b:1", 1, reason -> { })).isPresent();
        assertThat(registry.admit("2", "b:2", 1, reason -> { })).isEmpty();
        registry.remove("1");
        assertThat(registry.admit("3", "b:3", 1, reason -> { })).isPresent();
        assertThat(registry.count(Direction.IN)).isEqualTo(1);
        assertThat(registry.count(Direction.OUT)).isEqualTo(1);
    }

    @Test
    void view_showsCountersAndWhoItIs() {
        ConnectionRegistry.Entry entry = registry.add("1", Direction.IN, "b:1", reason -> { });
        entry.introduced("b", "b.abcdefgh");
        entry.streamOpened();
        entry.streamOpened();
        entry.streamClosed();
        entry.received(10);
        entry.sent(20);
        ConnectionRegistry.View view = registry.views().get(0);
        assertThat(view.nodeId()).isEqualTo("b");
        assertThat(view.openStreams()).isEqualTo(1);
        assertThat(view.requests()).isEqualTo(2);
        assertThat(view.bytesIn()).isEqualTo(10);
        assertThat(view.bytesOut()).isEqualTo(20);
    }

    @Test
    void staleConnections_areClosed_butNotThoseWithARequestUnderWay() {
        List<String> closed = new ArrayList<>();
        registry.add("idle", Direction.IN, "b:1", reason -> closed.add("idle: " + reason));
        registry.add("busy", Direction.IN, "b:2", reason -> closed.add("busy")).streamOpened();
        registry.closeStale(Instant.now().minusSeconds(60));
        assertThat(closed).isEmpty();
        registry.closeStale(Instant.now().plusSeconds(1));
        assertThat(closed).singleElement().asString().startsWith("idle: no activity since");
    }
}
