package io.agentdb.sync.web.clients;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.coordinator.ProcessLock;
import java.sql.Array;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tables {@code process_clients} and {@code connection_closings}: by which the processes of a node tell each other of
 * their clients. Thread-safe; blocks on the database.
 */
@Repository
class ProcessTable {

    /** Shared, so that two who look at once do not take each other for the process. */
    private static final String DEAD = "pg_try_advisory_xact_lock_shared(" + ProcessLock.LOCK.replace("?",
            "process::text") + ")";
    private static final TypeReference<List<ConnectionRegistry.View>> CONNECTIONS = new TypeReference<>() { };
    private static final TypeReference<List<RateLimits.Usage>> USAGE = new TypeReference<>() { };

    /** @param closings connections that others want closed */
    record Asked(boolean others, List<String> closings) { }

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ProcessTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    void tell(UUID process, ProcessClients clients) {
        jdbc.sql("""
                insert into process_clients (process, connections, usage)
                values (:process, :connections::jsonb, :usage::jsonb)
                on conflict (process) do update set connections = excluded.connections, usage = excluded.usage,
                    told_at = now()
                """).param("process", process).param("connections", json.writeValueAsString(clients.connections()))
                .param("usage", json.writeValueAsString(clients.usage())).update();
    }

    /** What the living processes but this one have told, by process. */
    Map<UUID, ProcessClients> others(UUID self) {
        Map<UUID, ProcessClients> all = new LinkedHashMap<>();
        jdbc.sql("select process, connections, usage from process_clients where process <> ? and not " + DEAD
                + " order by process").param(self).query(row -> {
                    all.put(row.getObject(1, UUID.class), new ProcessClients(
                            json.readValue(row.getString(2), CONNECTIONS), json.readValue(row.getString(3), USAGE)));
                });
        return all;
    }

    /** What is asked of this process, once. */
    Asked asked(UUID self) {
        return jdbc.sql("""
                with taken as (delete from connection_closings where process = :self returning connection)
                select exists (select from process_clients where process <> :self and not %s),
                    (select coalesce(array_agg(connection), '{}') from taken)
                """.formatted(DEAD)).param("self", self).query((row, i) -> {
                    Array closings = row.getArray(2);
                    return new Asked(row.getBoolean(1), List.of((String[]) closings.getArray()));
                }).single();
    }

    void askToClose(String connection, UUID process) {
        jdbc.sql("""
                insert into connection_closings (connection, process) values (?, ?) on conflict (connection) do nothing
                """).param(connection).param(process).update();
    }

    void forget(UUID self) {
        jdbc.sql("delete from process_clients where process = ?").param(self).update();
    }

    /** Deletes what the dead have left. Late: a process that has lost its connection for a while seems dead, too. */
    void prune() {
        jdbc.sql("delete from process_clients where told_at < now() - interval '1 hour' and " + DEAD).update();
        jdbc.sql("delete from connection_closings where asked_at < now() - interval '1 hour'").update();
    }
}
