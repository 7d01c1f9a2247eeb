package io.agentdb.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.simulation.SimulatedMesh.Link;
import io.agentdb.sync.simulation.SimulatedMesh.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What it costs to bring every record to every node when nothing is lost. {@code -Dtopology.nodes=100} prints the table
 * of docs/consistency.md; a round is every link once, in random order.
 */
class TopologyTest {

    private static final int RECORDS_PER_NODE = 10;

    @ParameterizedTest
    @EnumSource(value = Topology.class, names = "PAIR", mode = EnumSource.Mode.EXCLUDE)
    void recordReachesEveryNodeOnce_andCrossesNoLinkTwice(Topology topology) {
        int nodes = Integer.getInteger("topology.nodes", 12);
        SimulatedMesh mesh = new SimulatedMesh(nodes, topology, EnumSet.allOf(Rule.class),
                () -> ConflictStrategy.LATEST_WINS, () -> Duration.ZERO);
        Set<String> crossed = new HashSet<>();
        Link[] current = new Link[1];
        mesh.weather = (from, to, message) -> {
            if (message instanceof Message.Batch batch) {
                batch.records().forEach(record -> assertThat(crossed.add(crossing(current[0], record.id())))
                        .as("%s crosses %s again", record.id(), current[0]).isTrue());
            }
        };
        for (SimulatedNode node : mesh.nodes) {
            long transaction = node.rows.begin();
            for (int i = 0; i < RECORDS_PER_NODE; i++) {
                String name = node.name + " " + i;
                node.rows.write(transaction, Stamping.id(name), Stamping.skill(name, "code", 0, List.of()));
            }
            node.rows.commit(transaction);
        }
        int records = nodes * RECORDS_PER_NODE;
        int rounds = 0;
        int runs = 0;
        Random random = new Random(7);
        for (; mesh.nodes.stream().anyMatch(node -> node.rows.rows().size() < records); rounds++) {
            List<Link> order = new ArrayList<>(mesh.links);
            Collections.shuffle(order, random);
            for (Link link : order) {
                current[0] = link;
                assertThat(mesh.sync(link, 1000)).isTrue();
                runs++;
            }
        }
        System.out.printf("| %s | %d | %d | %d | %d | %d | %.3f |%n",
                topology.name().toLowerCase(java.util.Locale.ROOT), nodes, mesh.links.size() / 2, rounds, runs,
                        mesh.transfers, mesh.transfers / ((nodes - 1.0) * records));
        assertThat(mesh.transfers).isEqualTo((nodes - 1L) * records);
    }

    private static String crossing(Link link, UUID record) {
        String from = link.from().name;
        String to = link.to().name;
        return (from.compareTo(to) < 0 ? from + to : to + from) + record;
    }
}
