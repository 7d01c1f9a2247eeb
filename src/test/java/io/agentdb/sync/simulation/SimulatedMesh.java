package io.agentdb.sync.simulation;

import io.agentdb.sync.conversation.Ongoing;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.DatabaseWentBack;
import io.agentdb.sync.run.RunDirection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Nodes, who may talk to whom, and a network between them that counts what crosses it. */
public final class SimulatedMesh {

    /** Who can reach whom. */
    public enum Topology {
        PAIR, LINE, RING, STAR, FULL;

        public boolean linked(int i, int j, int nodes) {
            return i != j && switch (this) {
                case PAIR, FULL -> true;
                case LINE -> Math.abs(i - j) == 1;
                case RING -> Math.abs(i - j) == 1 || Math.abs(i - j) == nodes - 1;
                case STAR -> i == 0 || j == 0;
            };
        }
    }

    /** The initiator and the node that it calls. */
    record Link(SimulatedNode from, SimulatedNode to) { }

    final List<SimulatedNode> nodes = new ArrayList<>();
    final List<Link> links = new ArrayList<>();
    long now = 1_700_000_000_000L;
    /** Records that crossed a link. */
    long transfers;
    /** Called between any two messages; may throw {@link OutcomeUnknown}. */
    SimulatedExchange.Weather weather = (from, to, message) -> { };
    /** By the name of a peer that is no node of these, who answers there. */
    final Map<String, Function<SimulatedNode, Exchange>> strangers = new HashMap<>();
    private final Map<List<Object>, Open> open = new HashMap<>();
    private final Topology topology;

    /** What stays open of a link, in one direction. */
    private record Open(SimulatedExchange exchange, Ongoing ongoing) { }

    SimulatedMesh(int count, Topology topology,
            Set<Rule> rules, Supplier<ConflictStrategy> strategies, Supplier<Duration> skews) {
        this.topology = topology;
        for (int i = 0; i < count; i++) {
            Duration skew = skews.get();
            SimulatedNode[] self = new SimulatedNode[1];
            self[0] = new SimulatedNode("n" + i, strategies.get(), rules, new Skewed(skew),
                    (peer, tally, request) -> hold(self[0], peer.name().text(), request));
            nodes.add(self[0]);
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                if (topology.linked(i, j, count)) {
                    links.add(new Link(nodes.get(i), nodes.get(j)));
                }
            }
        }
    }

    Topology topology() {
        return topology;
    }

    SimulatedNode named(String name) {
        return nodes.get(Integer.parseInt(name.substring(1)));
    }

    /** @return whether the run came to its end */
    boolean sync(Link link, int batch) {
        return sync(link, RunDirection.BOTH, batch);
    }

    boolean sync(Link link, RunDirection direction, int batch) {
        try {
            link.from().sync(link.to(), direction, batch);
            return true;
        } catch (SyncException | RowsLocked broken) {
            // Of the second, a peer hears as of any failure of its server's database.
            return false;
        }
    }

    /**
     * A push, or a pull, that stays open goes on; one is opened if there is none.
     *
     * @return whether it is open still, and no run is due
     */
    boolean live(Link link, boolean pulling, int batch) {
        List<Object> which = List.of(link, pulling);
        try {
            if (!open.containsKey(which)) {
                SimulatedExchange exchange = new SimulatedExchange(link.from(), link.to(), this::pass);
                open.put(which, new Open(exchange, link.from().open(pulling, exchange, link.to().name, batch)));
            }
            if (pulling) {
                open.get(which).exchange().due();
            }
            boolean enough = open.get(which).ongoing().goOn();
            open.get(which).ongoing().note();
            return enough;
        } catch (SyncException | DatabaseWentBack broken) {
            open.remove(which);
            return false;
        }
    }

    private void hold(SimulatedNode client, String server, Consumer<Exchange> request) {
        boolean reincarnated = false;
        while (true) {
            Exchange exchange = strangers.containsKey(server) ? strangers.get(server).apply(client)
                    : dial(client, named(server));
            try {
                request.accept(exchange);
                return;
            } catch (DatabaseWentBack future) {
                if (reincarnated) {
                    throw future;
                }
                client.renew(future.actor(), future.witness(), future.getMessage());
            } catch (PeerRejected refused) {
                if (refused.code() == ErrorCode.RESTORED && !reincarnated) {
                    client.renew(client.actor(), exchange.session().actor(), refused.getMessage());
                } else if (refused.code() != ErrorCode.CURSOR_FROM_FUTURE || reincarnated) {
                    throw refused;
                }
            }
            reincarnated = true;
        }
    }

    private Exchange dial(SimulatedNode client, SimulatedNode server) {
        if (links.stream().noneMatch(link -> link.from() == client && link.to() == server)) {
            throw new PeerUnreachable(server.name + " is not linked", null);
        }
        return new SimulatedExchange(client, server, this::pass);
    }

    private void pass(SimulatedNode from, SimulatedNode to, Message message) {
        if (message instanceof Message.Batch batch) {
            transfers += batch.records().size();
        } else if (message instanceof Message.BatchAck ack) {
            transfers += ack.concurrent().size();
        }
        weather.pass(from, to, message);
    }

    /** The mesh's time as a node's clock tells it. */
    private final class Skewed extends Clock {

        private final Duration skew;

        Skewed(Duration skew) {
            this.skew = skew;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now).plus(skew);
        }
    }
}
