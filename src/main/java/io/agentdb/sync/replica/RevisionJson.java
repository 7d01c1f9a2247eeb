package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A version for people and for logs: its content and its version columns, as JSON. */
public final class RevisionJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RevisionJson() {
    }

    public static String of(Revision revision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", revision.id().toString());
        json.put("deleted", revision.deleted());
        if (!revision.deleted()) {
            json.put("content", content(revision.kind(), revision));
        }
        json.put("actor", revision.version().dot().actor().name());
        json.put("counter", revision.version().dot().counter());
        json.put("xid", revision.version().dot().xid());
        json.put("context", Contexts.map(revision.version().context()));
        json.put("hlc", revision.version().hlc());
        return JSON.writeValueAsString(json);
    }

    private static Map<String, Object> content(Kind kind, Revision revision) {
        Map<String, Object> content = new LinkedHashMap<>();
        for (int i = 0; i < kind.columns().size(); i++) {
            Object value = revision.content().get(i);
            if (value != null) {
                content.put(kind.columns().get(i).name(), readable(kind.columns().get(i), value));
            }
        }
        return content;
    }

    private static Object readable(Column column, Object value) {
        return switch (column.type()) {
            case UUID, TIMESTAMP -> value.toString();
            default -> value;
        };
    }
}
