package io.agentdb.sync.revision;

import io.agentdb.sync.revision.Decision.Side;
import io.agentdb.sync.version.Version;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The strategies that a node, a peer, a kind or a run may be given. */
public enum ConflictStrategy implements ConflictPolicy {

    /** The node that runs the sync keeps its own version. */
    LOCAL_WINS {
        @Override
        public Decision decide(Revision local, Revision remote) {
            return twoChoices(local, remote) ? latest(local, remote) : new Decision.Choose(Side.LOCAL);
        }
    },
    /** The node that runs the sync takes over the other's version. */
    REMOTE_WINS {
        @Override
        public Decision decide(Revision local, Revision remote) {
            return twoChoices(local, remote) ? latest(local, remote) : new Decision.Choose(Side.REMOTE);
        }
    },
    /** The later version by (hlc, actor, counter); a delete is a version like any other. */
    LATEST_WINS {
        @Override
        public Decision decide(Revision local, Revision remote) {
            return latest(local, remote);
        }
    },
    /** Field by field, see {@link Merge}; an update wins over a delete. */
    MERGE {
        @Override
        public Decision decide(Revision local, Revision remote) {
            if (local.deleted() || remote.deleted()) {
                return new Decision.Keep(local.deleted() ? Side.REMOTE : Side.LOCAL);
            }
            return Merge.of(local, remote);
        }
    },
    /** Left open for a person. */
    MANUAL {
        @Override
        public Decision decide(Revision local, Revision remote) {
            return twoChoices(local, remote) ? latest(local, remote) : new Decision.Park();
        }
    };

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The strategy of that label.
     *
     * @throws IllegalArgumentException naming those that there are
     */
    public static ConflictStrategy labelled(String label) {
        Optional<ConflictStrategy> found = Arrays.stream(values()).filter(strategy -> strategy.label().equals(label))
                .findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException(
                "unknown conflict strategy '" + label + "'; known are "
                        + Arrays.stream(values()).map(ConflictStrategy::label).collect(Collectors.joining(", "))));
    }

    private static Decision latest(Revision local, Revision remote) {
        return new Decision.Keep(Version.LATEST.compare(remote.version(), local.version()) > 0 ? Side.REMOTE
                : Side.LOCAL);
    }

    /**
     * Of two picks neither is preferred for being somebody's own; otherwise two nodes that keep their own would never
     * end.
     */
    private static boolean twoChoices(Revision local, Revision remote) {
        return local.version().choice() && remote.version().choice();
    }
}
