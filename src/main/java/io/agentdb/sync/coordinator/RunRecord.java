package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as it stands, whichever process of the node makes it.
 *
 * @param automatic whether nobody asked for it
 * @param attempts how often it was begun: more than once when its process ended and another one took it over
 * @param progress the last of each phase so far
 * @param report null while it goes on
 */
public record RunRecord(UUID id, PeerName peer, RunOptions options, boolean automatic, SyncRun.State state,
        int attempts, Instant startedAt, List<SyncProgress> progress, @Nullable SyncReport report) {
}
