package io.agentdb.sync.memory;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/**
 * The ids of records (RFC 9562): version 7 for episodes, version 5 of what a skill or an edge is about, so that the
 * same skill made on two nodes is the same record. The migrations compute the same ids for writers of SQL.
 */
public final class Identity {

    static final UUID SKILLS = UUID.fromString("6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01");
    static final UUID EDGES = UUID.fromString("6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e02");
    static final UUID FOREIGN = UUID.fromString("6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e03");

    private Identity() {
    }

    public static UUID newEpisode() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    public static UUID skill(String name) {
        return UuidCreator.getNameBasedSha1(SKILLS, name);
    }

    public static UUID edge(UUID from, String relationship, UUID to) {
        return UuidCreator.getNameBasedSha1(EDGES, from + "|" + relationship + "|" + to);
    }

    /** The id of something that has none of its own: a row of another database, a free text. */
    public static UUID foreign(String what) {
        return UuidCreator.getNameBasedSha1(FOREIGN, what);
    }
}
