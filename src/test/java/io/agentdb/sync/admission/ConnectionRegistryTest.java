package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionRegistryTest {

    private final ConnectionRegistry registry = new ConnectionRegistry();
    private final List<String> closed = new ArrayList<>();

    @Test
    void surplusConnection_isNotAdmitted_untilAnotherOneGoes() {
        assertThat(registry.admit("1", "a:1", 2, closed::add)).isPresent();
        assertThat(registry.admit("2", "a:2", 2, closed::add)).isPresent();
        assertThat(registry.admit("3", "a:3", 2, closed::add)).isEmpty();
        registry.remove("1");
        assertThat(registry.admit("4", "a:4", 2, closed::add)).isPresent();
    }

    @Test
    void dialledConnections_takeNoPlaceOfIncomingOnes() {
        registry.add("out", Direction.OUT, "b:1", closed::add);
        assertThat(registry.admit("in", "a:1", 1, closed::add)).isPresent();
    }

    @Test
    void view_showsWhoIsThereAndWhatWasCarried() {
        Entry entry = registry.add("1", Direction.IN, "a:1", closed::add);
        entry.introduced(new Actor("node.aaaaaaaa"), "token");
        entry.streamOpened();
        entry.received(10);
        entry.sent(20);
        entry.carried(1, 2);
        ConnectionRegistry.View view = registry.views().get(0);
        assertThat(view.nodeId()).isEqualTo("node");
        assertThat(view.openStreams()).isEqualTo(1);
        assertThat(view.requests()).isEqualTo(1);
        assertThat(view.bytesIn()).isEqualTo(11);
        assertThat(view.bytesOut()).isEqualTo(22);
        entry.streamClosed();
        assertThat(registry.views().get(0).openStreams()).isZero();
    }

    @Test
    void staleConnection_isClosed_evenIfItPings_butNotWithARequestUnderWay() {
        Entry idle = registry.add("idle", Direction.IN, "a:1", closed::add);
        Entry busy = registry.add("busy", Direction.IN, "a:2", closed::add);
        registry.add("out", Direction.OUT, "a:3", closed::add);
        busy.streamOpened();
        idle.carried(10, 10);
        assertThat(registry.closeStale(Direction.IN, Duration.ZERO)).isEqualTo(1);
        assertThat(closed).singleElement().asString().startsWith("no request since ");
        assertThat(registry.closeStale(Direction.IN, Duration.ofMinutes(5))).isZero();
    }
}
