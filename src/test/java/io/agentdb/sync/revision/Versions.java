package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/** Versions of one skill, made by hand. */
public final class Versions {

    static final String NAME = "fib";
    static final UUID ID = Identity.skill(NAME);

    private Versions() {
    }

    static Actor actor(String node) {
        return new Actor(node + ".aaaaaaaa");
    }

    /**
     * A version that knows only itself.
     *
     * @param fields null for a delete
     */
    static Revision of(String node, long counter, long hlc, Map<String, Object> fields) {
        Dot dot = new Dot(actor(node), counter, 1);
        return new Revision(Kind.SKILLS, ID, new Version(dot, VersionVector.of(dot), hlc),
                fields == null ? null : skill(fields));
    }

    public static Revision choice(Revision revision) {
        return revision.with(new Version(revision.version().dot(), revision.version().context(),
                revision.version().hlc(), true));
    }

    static Content skill(Map<String, Object> fields) {
        Object[] values = new Object[Kind.SKILLS.columns().size()];
        values[0] = NAME;
        values[Kind.SKILLS.indexOf("created_at")] = Instant.EPOCH;
        fields.forEach((field, value) -> values[Kind.SKILLS.indexOf(field)] = value);
        return new Content(Arrays.asList(values));
    }

    static Object field(Revision revision, String field) {
        return revision.content().get(Kind.SKILLS.indexOf(field));
    }

    /** What the node with that strategy makes of the two, whose own next dot is (me, 100). */
    static Resolution resolve(ConflictStrategy strategy, Revision local, Revision remote) {
        Stamps stamps = new Stamps() {
            @Override
            public Version next(VersionVector seen, long after, boolean choice) {
                Dot dot = new Dot(actor("me"), 100, 1);
                return new Version(dot, seen.with(dot), after + 1, choice);
            }

            @Override
            public Version again(Version version, VersionVector seen) {
                return next(seen, version.hlc(), version.choice());
            }
        };
        return new Resolver(strategy, () -> stamps, waiting -> false).resolve(local, remote);
    }
}
