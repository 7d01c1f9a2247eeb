package io.agentdb.sync.replica.apply;

import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.SkillTallies;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version can be what it says. One that lies would win over our own data, or keep it from ever being sent: so
 * it is set aside, and taken in later if it becomes true (after this node has noticed that it was restored, when its
 * clock is right again).
 */
final class Credibility {

    /** Why a version is not believed. */
    record Doubt(String code, String reason) { }

    private final VersionStore versions;
    private final Clock clock;
    private volatile long counterSeen;
    private volatile long horizonSeen;

    Credibility(VersionStore versions, Clock clock) {
        this.versions = versions;
        this.clock = clock;
    }

    Optional<Doubt> doubt(Revision revision, Actor self) {
        if (revision.unreadable() != null) {
            return Optional.of(new Doubt(Quarantine.UNREADABLE, revision.unreadable().reason()));
        }
        Version version = revision.version();
        long ahead = (version.hlc() >> 16) - clock.millis();
        if (ahead > Hlc.RECORD_TOLERANCE.toMillis()) {
            return Optional.of(new Doubt("future-clock", "it was written at " + Hlc.instant(version.hlc()) + ", "
                    + ahead / 60_000 + " minutes ahead of this node's clock,"
                    + " and would win over everything until then"));
        }
        Long seen = version.context().counters().get(self);
        if (seen != null && seen > counterSeen) {
            counterSeen = versions.lastCounter();
        }
        Dot dot = version.dot();
        if (dot.actor().equals(self) && dot.xid() >= horizonSeen) {
            horizonSeen = versions.horizon();
        }
        if (dot.actor().equals(self) && (dot.counter() > counterSeen || dot.xid() >= horizonSeen)) {
            return Optional.of(new Doubt("own-actor-from-future",
                    "it claims to be write " + dot.counter() + " of this node (" + self + "), which has made "
                            + counterSeen));
        }
        if (seen != null && seen > counterSeen) {
            return Optional.of(new Doubt("context-from-future",
                    "it claims to know write " + seen + " of this node (" + self + "), which has made " + counterSeen));
        }
        long counted = counted(revision.history().tallies(), self);
        return counted > (seen == null ? 0 : seen) ? Optional.of(
                new Doubt("tallies-from-future", "its statistics claim what this node (" + self
                        + ") has counted with write " + counted + ", and it knows of "
                                + (seen == null ? "none" : "write " + seen)))
                : Optional.empty();
    }

    /**
     * The write of this node's that made its part of the statistics: the greatest wins, and a greater one than there
     * is, for ever.
     */
    private static long counted(@Nullable String tallies, Actor self) {
        SkillTallies.Share own = tallies == null || !tallies.contains(self.name()) ? null
                : SkillTallies.parse(tallies).byActor().get(self.name());
        return own == null ? 0 : own.counter();
    }
}
