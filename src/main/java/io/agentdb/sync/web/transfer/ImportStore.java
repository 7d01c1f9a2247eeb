package io.agentdb.sync.web.transfer;

import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.web.transfer.ImportRecord.ImportPhase;
import io.agentdb.sync.web.transfer.ImportRecord.ImportState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Table {@code imports}: those of every process of the node. Any thread; blocks on the database. */
@Repository
class ImportStore {

    private static final int KEPT = 200;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ImportStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Writes where it stands.
     *
     * @return who wants it to end, if anybody does
     */
    Optional<String> save(ImportRecord record, UUID owner) {
        return jdbc.sql("""
                insert into imports as i (id, owner, source, who, state, phase, current, total, unit, rows, begun_at,
                    ended_at, failure, refused, report)
                values (:id, :owner, :source, :who, :state, :phase, :current, :total, :unit, :rows, :begun,
                    :ended::timestamptz, :failure, :refused, :report::jsonb)
                on conflict (id) do update set state = excluded.state, phase = excluded.phase,
                    current = excluded.current, total = excluded.total, unit = excluded.unit, rows = excluded.rows,
                    ended_at = excluded.ended_at, failure = excluded.failure,
                    refused = excluded.refused, report = excluded.report
                returning cancelled
                """).param("id", record.id()).param("owner", owner).param("source", record.source())
                .param("who", record.who()).param("state", record.state().name()).param("phase", record.phase().name())
                .param("current", record.current()).param("total", record.total()).param("unit", record.unit())
                .param("rows", record.rows()).param("begun", Timestamp.from(record.begunAt()))
                .param("ended", record.endedAt() == null ? null : Timestamp.from(record.endedAt()))
                .param("failure", record.failure()).param("refused", record.refused())
                .param("report", record.report() == null ? null : json.writeValueAsString(record.report()))
                .query((row, i) -> Optional.ofNullable(row.getString(1))).single();
    }

    Optional<ImportRecord> find(UUID id) {
        return jdbc.sql("select * from imports where id = ?").param(id).query((row, i) -> record(row)).optional();
    }

    /** Newest first. */
    List<ImportRecord> newest(int limit) {
        return jdbc.sql("select * from imports order by begun_at desc, id limit ?").param(limit)
                .query((row, i) -> record(row)).list();
    }

    List<UUID> running() {
        return jdbc.sql("select id from imports where state = 'RUNNING'").query(UUID.class).list();
    }

    /** Has it end, in whichever process; of one that has ended, nothing comes of it. */
    void cancel(UUID id, String who) {
        jdbc.sql("update imports set cancelled = ? where id = ? and state = 'RUNNING' and cancelled is null")
                .param(who).param(id).update();
    }

    /** Those of processes that are dead, whose end nobody has written down. */
    void endOrphans(UUID self, String failure) {
        List<UUID> owners = jdbc.sql("select distinct owner from imports where state = 'RUNNING' and owner <> ?")
                .param(self).query(UUID.class).list();
        for (UUID owner : owners) {
            jdbc.sql("""
                    with owner as materialized (select pg_try_advisory_xact_lock(%s) as dead)
                    update imports set state = 'INTERRUPTED', ended_at = now(), failure =
                        format(?, case unit when 'rows' then 'row ' else 'line ' end || rows) from owner
                    where owner.dead and imports.owner = ? and state = 'RUNNING'
                    """.formatted(ProcessLock.LOCK)).param(owner.toString()).param(failure).param(owner).update();
        }
    }

    /** Leaves the newest. */
    void prune() {
        jdbc.sql("""
                delete from imports where state <> 'RUNNING'
                    and id not in (select id from imports order by begun_at desc limit ?)
                """).param(KEPT).update();
    }

    private ImportRecord record(ResultSet row) throws SQLException {
        String report = row.getString("report");
        return new ImportRecord(row.getObject("id", UUID.class), row.getString("source"), row.getString("who"),
                ImportState.valueOf(row.getString("state")), ImportPhase.valueOf(row.getString("phase")),
                row.getLong("current"), row.getLong("total"), row.getString("unit"), row.getLong("rows"),
                row.getTimestamp("begun_at").toInstant(), instant(row.getTimestamp("ended_at")),
                row.getString("failure"), row.getBoolean("refused"),
                report == null ? null : json.readValue(report, ImportReport.class));
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }
}
