package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Transactions of actors, for several kinds at once: what is asked kind by kind costs a small run most of its time. */
public final class ActorTransactions {

    private ActorTransactions() {
    }

    /**
     * @param sql gives kind, actor and transaction id of the kinds that are its only argument
     * @return an entry for each of the kinds
     */
    public static Map<Kind, Map<Actor, Long>> read(JdbcTemplate jdbc, String sql, Collection<Kind> kinds) {
        String[] names = kinds.stream().map(Kind::name).toArray(String[]::new);
        Map<String, Map<Actor, Long>> byName = new HashMap<>();
        jdbc.query(sql, (RowCallbackHandler) row -> byName.computeIfAbsent(row.getString(1), kind -> new HashMap<>())
                .put(new Actor(row.getString(2)), row.getLong(3)), (Object) names);
        Map<Kind, Map<Actor, Long>> byKind = new HashMap<>();
        kinds.forEach(kind -> byKind.put(kind, byName.getOrDefault(kind.name(), Map.of())));
        return byKind;
    }
}
