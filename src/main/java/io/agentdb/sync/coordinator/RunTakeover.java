package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.DatabaseFailure;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Goes on with the runs of processes that have ended, this node's former one included. On every process, since only the
 * others see that one is gone; which of them gets a run is up to the database.
 */
@Component
class RunTakeover {

    private static final Logger log = LoggerFactory.getLogger(RunTakeover.class);
    private static final int ATTEMPTS = 3;

    private final ProcessLock presence;
    private final SyncRuns runs;
    private final Peers peers;
    private final SyncCoordinator coordinator;

    RunTakeover(ProcessLock presence, SyncRuns runs, Peers peers, SyncCoordinator coordinator) {
        this.presence = presence;
        this.runs = runs;
        this.peers = peers;
        this.coordinator = coordinator;
    }

    @Scheduled(fixedDelayString = "2s")
    void look() {
        try {
            presence.keep();
            runs.exchange();
            runs.orphans().forEach(this::goOn);
        } catch (SQLException | DataAccessException | TransactionException e) {
            // What needs the database more says so.
            log.debug("The runs of other processes cannot be looked at now: {}", DatabaseFailure.words(e));
        }
    }

    private void goOn(RunRecord left) {
        Optional<Peer> peer = peers.find(left.peer());
        if (left.attempts() >= ATTEMPTS) {
            coordinator.giveUp(left, "each of the " + left.attempts()
                    + " processes that made this run ended in it: look into their logs"
                            + " for why before you ask for it again");
        } else if (peer.isEmpty()) {
            coordinator.giveUp(left, "its process ended, and there is no peer '" + left.peer() + "' any more");
        } else if (left.options().dryRun()) {
            coordinator.giveUp(left, "its process ended, and nothing was done: ask for it again");
        } else {
            log.info("Sync with {} goes on here, run {}: its process ended", left.peer(), left.id());
            coordinator.resume(left, peer.get());
        }
    }
}
