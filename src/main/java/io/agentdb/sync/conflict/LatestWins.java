package io.agentdb.sync.conflict;

import io.agentdb.sync.replica.ConflictPolicy;
import io.agentdb.sync.replica.Resolution;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.version.Version;
import java.util.Objects;

/**
 * The later version in the one total order (hlc, actor, counter) stays and keeps its dot; both contexts are joined, so that the
 * loser is dominated wherever it still is. A delete is a version like any other.
 */
public final class LatestWins implements ConflictPolicy {

    @Override
    public String name() {
        return "latest-wins";
    }

    @Override
    public Resolution resolve(Revision local, Revision remote) {
        boolean remoteIsLater = Version.LATEST.compare(remote.version(), local.version()) > 0;
        Revision later = remoteIsLater ? remote : local;
        Revision earlier = remoteIsLater ? local : remote;
        String outcome = Objects.equals(local.content(), remote.content()) ? Resolution.EQUAL : remoteIsLater ? "remote" : "local";
        return new Resolution(later.with(later.version().joined(earlier.version().context())), outcome);
    }
}
