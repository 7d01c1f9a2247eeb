package io.agentdb.sync.mesh;

import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import java.util.List;
import java.util.UUID;

/**
 * A record that a schedule writes. One of its texts carries the marker of the write that made it what it is.
 *
 * @param marked the column with the marker
 * @param insert takes {@code keys}, the marker and metadata
 */
record Subject(String name, Kind kind, UUID id, String marked, String insert, List<Object> keys) {

    static Subject episode(String name, UUID id) {
        return new Subject(name, Kind.EPISODES, id, "task",
                "insert into episodes (id, session_id, task, metadata) values (?, 'mesh', ?, ?::jsonb) on conflict do"
                + " nothing", List.of(id));
    }

    /** The same record on whatever node it is made. */
    static Subject skill(String name) {
        return new Subject(name, Kind.SKILLS, Identity.skill(name), "description",
                "insert into skills (name, description, metadata, uses) values (?, ?, ?::jsonb, 1) on conflict do"
                + " nothing", List.of(name));
    }

    /** As well the same record everywhere. */
    static Subject edge(String name, UUID from, UUID to) {
        return new Subject(name, Kind.EDGES, Identity.edge(from, "mesh", to), "mechanism", "insert into edges"
                + " (from_id, to_id, mechanism, metadata, relationship) values (?, ?, ?, ?::jsonb, 'mesh') on"
                + " conflict do nothing", List.of(from, to));
    }

    String update() {
        return "update " + kind + " set " + marked + " = ?, metadata = coalesce(metadata, '{}') || ?::jsonb"
                + (kind == Kind.SKILLS ? ", uses = coalesce(uses, 0) + 1" : "") + " where id = ?";
    }
}
