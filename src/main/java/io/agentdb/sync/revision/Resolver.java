package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.revision.Decision.Side;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From two concurrent versions to the one that knows both. Pure, but for the dots that it takes. */
public final class Resolver {

    private final ConflictPolicy policy;
    private final Supplier<Stamps> stamps;
    private final Predicate<Revision> undecided;

    /** @param undecided remote versions that wait for a person, whom no strategy forestalls */
    public Resolver(ConflictPolicy policy, Supplier<Stamps> stamps, Predicate<Revision> undecided) {
        this.policy = policy;
        this.undecided = undecided;
        this.stamps = stamps;
    }

    /**
     * Both sides wrote the same: nothing is lost by keeping either. Equal statistics that different actors made are not
     * the same.
     */
    public static boolean equal(Revision local, Revision remote) {
        return Objects.equals(local.content(), remote.content()) && local.history().sameTallies(remote.history());
    }

    /** Of two equal versions the greater in the one order: everywhere the same, so that nobody answers anybody. */
    public static Revision either(Revision local, Revision remote) {
        return later(local, remote) == Side.LOCAL ? keep(local, remote) : keep(remote, local);
    }

    public Resolution resolve(Revision local, Revision remote) {
        Decision decision = undecided.test(remote) ? new Decision.Park() : policy.decide(local, remote);
        if (decision instanceof Decision.Park) {
            return new Resolution(null, ConflictOutcome.OPEN);
        }
        if (decision instanceof Decision.Merged merged) {
            Revision later = later(local, remote) == Side.LOCAL ? local : remote;
            Revision earlier = later == local ? remote : local;
            if (Objects.equals(merged.content(), later.content())
                    && (later.deleted() || merged.history().equals(History.carriedOver(later, false)))) {
                return new Resolution(win(later, earlier), later == local ? ConflictOutcome.LOCAL
                        : ConflictOutcome.REMOTE);
            }
            return new Resolution(mint(local, remote, merged.content(), merged.history(), false),
                    ConflictOutcome.MERGED);
        }
        boolean choice = decision instanceof Decision.Choose;
        Side side = decision instanceof Decision.Keep keep ? keep.side() : ((Decision.Choose) decision).side();
        Revision winner = side == Side.LOCAL ? local : remote;
        Revision loser = winner == local ? remote : local;
        ConflictOutcome outcome = side == Side.LOCAL ? ConflictOutcome.LOCAL : ConflictOutcome.REMOTE;
        // Only the greater may keep its dot: else two nodes could each keep another one under a joined context, each
        // would dominate the other, and nobody would ever notice.
        return !choice && side == later(local, remote) ? new Resolution(win(winner, loser), outcome)
                : new Resolution(mint(local, remote, winner.content(), History.carriedOver(winner, choice), choice),
                        outcome);
    }

    private static Side later(Revision local, Revision remote) {
        return Version.LATEST.compare(remote.version(), local.version()) > 0 ? Side.REMOTE : Side.LOCAL;
    }

    /**
     * The later of the two as it is. A deletion that wins becomes a new event all the same: who has forgotten its
     * tombstone counts as knowing its dot, and would never hear that it has won over a record that was made there
     * since.
     */
    private Revision win(Revision winner, Revision loser) {
        return winner.deleted()
                ? winner.with(stamps.get().again(winner.version(),
                        winner.version().context().join(loser.version().context())))
                : keep(winner, loser);
    }

    private static Revision keep(Revision winner, Revision loser) {
        return winner.with(winner.version().joined(loser.version().context()));
    }

    private Revision mint(Revision local, Revision remote, @Nullable Content content, History history, boolean choice) {
        VersionVector seen = local.version().context().join(remote.version().context());
        long after = Math.max(local.version().hlc(), remote.version().hlc());
        return new Revision(local.kind(), local.id(), stamps.get().next(seen, after, choice), content,
                content == null ? History.NONE : history);
    }
}
