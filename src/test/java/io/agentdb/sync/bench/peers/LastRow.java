package io.agentdb.sync.bench.peers;

import java.util.UUID;

/** The last row of what has been written: where it is visible, all before it is, for changes arrive in their order. */
record LastRow(UUID id, double reward) {
}
