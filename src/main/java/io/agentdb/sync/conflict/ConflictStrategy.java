package io.agentdb.sync.conflict;

import io.agentdb.sync.replica.ConflictPolicy;

/** The strategies that a peer or a run may be given. */
public enum ConflictStrategy {

    LATEST_WINS(new LatestWins());

    private final ConflictPolicy policy;

    ConflictStrategy(ConflictPolicy policy) {
        this.policy = policy;
    }

    public ConflictPolicy policy() {
        return policy;
    }
}
