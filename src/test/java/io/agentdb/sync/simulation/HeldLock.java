package io.agentdb.sync.simulation;


import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.simulation.SimulatedMesh.Link;
import java.util.Objects;
import java.util.UUID;

/** Somebody on one node has written a record and neither commits nor goes away, while everybody else writes on. */
final class HeldLock {

    private static final int ROUNDS = 12;

    private final Simulation simulation;
    private final SimulatedNode locker;
    private final UUID locked;
    private final long transaction;

    HeldLock(Simulation simulation) {
        this.simulation = simulation;
        this.locker = simulation.pick(simulation.mesh.nodes);
        String name = simulation.pick(simulation.names);
        this.locked = Stamping.id(name);
        simulation.say("somebody on " + locker.name + " keeps " + name + " locked");
        this.transaction = simulation.open(locker, name);
    }

    /** @return what has not come in behind the record that is locked; null if all has. The lock is gone then */
    String heldUp() {
        for (SimulatedNode node : simulation.mesh.nodes) {
            if (node != locker) {
                simulation.names.forEach(name -> simulation.commit(node, simulation.open(node, name)));
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            simulation.everyLinkOnce(simulation.mesh.links);
            locker.retry();
        }
        String held = simulation.mesh.links.stream().filter(link -> link.to() == locker).map(this::heldUp)
                .filter(Objects::nonNull).findFirst().orElse(null);
        simulation.commit(locker, transaction);
        return held;
    }

    private String heldUp(Link link) {
        return link.from().rows.sorted().stream().map(MemoryRows.Row::revision)
                .filter(revision -> !revision.id().equals(locked) && !arrived(revision)).findFirst()
                .map(revision -> revision.version() + " of " + link.from().name + " is held up on " + locker.name)
                .orElse(null);
    }

    private boolean arrived(Revision revision) {
        Revision here = locker.rows.find(revision.id());
        return here == null ? revision.deleted() : here.version().context().contains(revision.version().dot())
                || locker.ledger.parked.stream().anyMatch(held -> held.revision().id().equals(revision.id()));
    }
}
