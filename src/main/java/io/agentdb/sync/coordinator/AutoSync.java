package io.agentdb.sync.coordinator;

import io.agentdb.sync.run.SyncSettings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Whether automatic sync is on: as configured until somebody switches it, and then so in every process on the database,
 * for good.
 */
@Repository
class AutoSync {

    private final JdbcClient jdbc;
    private final SyncSettings settings;
    private volatile double seen = Double.NaN;

    AutoSync(JdbcClient jdbc, SyncSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    boolean enabled() {
        boolean enabled = jdbc.sql("select enabled from auto_sync").query(Boolean.class).optional()
                .orElse(settings.auto());
        seen = enabled ? 1 : 0;
        return enabled;
    }

    /** What was seen or set last, as 1 or 0, without asking the database; not a number before. */
    double seen() {
        return seen;
    }

    void enable(boolean enabled) {
        jdbc.sql("""
                insert into auto_sync (enabled) values (?)
                on conflict (one) do update set enabled = excluded.enabled, switched_at = now()
                """).param(enabled).update();
        seen = enabled ? 1 : 0;
    }
}
