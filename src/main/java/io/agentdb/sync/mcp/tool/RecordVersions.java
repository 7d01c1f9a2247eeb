package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which write made what is here: where a record comes from, and what is named to change it. Thread-safe; blocks. */
@Component
class RecordVersions {

    private final JdbcClient jdbc;

    RecordVersions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of those that are here. */
    Map<UUID, Write> of(Kind kind, Collection<UUID> ids) {
        Map<UUID, Write> versions = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.sql("select id, actor, counter from " + kind + " where id in (:ids)").param("ids", ids)
                    .query((row, i) -> versions.put(row.getObject(1, UUID.class),
                            new Write(new Actor(row.getString(2)), row.getLong(3)))).list();
        }
        return versions;
    }

    /** Says of which version and node it is, unless it has gone meanwhile. */
    Answer told(Answer answer, Kind kind, UUID id) {
        Write version = of(kind, List.of(id)).get(id);
        return version == null ? answer : answer.with("version", version.toString())
                .with("node", version.actor().nodeId().name());
    }
}
