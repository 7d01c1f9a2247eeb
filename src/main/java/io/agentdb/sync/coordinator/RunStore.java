package io.agentdb.sync.coordinator;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Table {@code sync_runs}: the runs of every process of the node. */
@Repository
class RunStore {

    private static final TypeReference<List<SyncProgress>> PROGRESS = new TypeReference<>() { };

    /** {@link RunOptions} with kinds by name; no direction is both, as earlier releases have it. */
    private record Options(@Nullable List<String> kinds, @Nullable Selection selection,
            @Nullable ConflictStrategy strategy, @Nullable Integer batchSize, @Nullable RunDirection direction,
            @Nullable Boolean dryRun) {

        static Options of(RunOptions options) {
            return new Options(options.kinds() == null ? null : options.kinds().stream().map(Kind::name).toList(),
                    options.selection(), options.strategy(), options.batchSize(),
                    options.direction() == RunDirection.BOTH ? null : options.direction(),
                    options.dryRun() ? true : null);
        }

        RunOptions options() {
            return new RunOptions(kinds == null ? null : Peers.kinds(kinds), selection, strategy, batchSize,
                    direction == null ? RunDirection.BOTH : direction, dryRun != null && dryRun);
        }
    }

    private final JdbcClient jdbc;
    private final AsynchronousCommit commit;
    private final JsonMapper json;

    RunStore(JdbcClient jdbc, AsynchronousCommit commit, JsonMapper json) {
        this.jdbc = jdbc;
        this.commit = commit;
        this.json = json;
    }

    /**
     * Writes where the run stands: for people, and for processes that go on with it when this one has died. After a
     * crash of the server it may be missing, as the run itself is then.
     *
     * @return false if it is another process's meanwhile, or has its report already
     */
    boolean save(RunRecord run, UUID owner) {
        return jdbc.sql(commit.counted("""
                insert into sync_runs as r (id, peer, options, automatic, state, owner, attempts, started_at,
                    finished_at, progress, report)
                values (:id, :peer, :options::jsonb, :automatic, :state, :owner, :attempts, :started,
                    :finished::timestamptz, :progress::jsonb, :report::jsonb)
                on conflict (id) do update set state = excluded.state, attempts = excluded.attempts,
                    finished_at = excluded.finished_at, progress = excluded.progress, report = excluded.report
                where r.owner = excluded.owner and r.state = 'RUNNING'
                """)).param("id", run.id()).param("peer", run.peer().text())
                .param("options", json.writeValueAsString(Options.of(run.options())))
                .param("automatic", run.automatic()).param("state", state(run)).param("owner", owner)
                .param("attempts", run.attempts()).param("started", Timestamp.from(run.startedAt()))
                // Of one type, null or not: PostgreSQL would else parse the statement anew each time.
                .param("finished", run.report() == null ? null : Timestamp.from(run.report().endTime()),
                        Types.TIMESTAMP)
                .param("progress", json.writeValueAsString(run.progress()))
                .param("report", run.report() == null ? null : json.writeValueAsString(run.report()), Types.VARCHAR)
                .query(Long.class).single() > 0;
    }

    Optional<RunRecord> find(UUID id) {
        return jdbc.sql("select * from sync_runs where id = ?").param(id).query((row, i) -> run(row)).optional();
    }

    /** Newest first. */
    List<RunRecord> newest(int limit) {
        return jdbc.sql("select * from sync_runs order by started_at desc limit ?").param(limit)
                .query((row, i) -> run(row)).list();
    }

    /** The newest, and all under way. */
    List<RunRecord> latest(int limit) {
        return jdbc.sql("""
                select * from sync_runs where state = 'RUNNING'
                    or id in (select id from sync_runs order by started_at desc limit ?)
                """).param(limit).query((row, i) -> run(row)).list();
    }

    /** The peers with whom an automatic run is under way. */
    Set<PeerName> busy() {
        return Set.copyOf(jdbc.sql("select distinct peer from sync_runs where state = 'RUNNING' and automatic")
                .query((row, i) -> new PeerName(row.getString(1))).list());
    }

    /** Has a run end early, in whichever process; of one that has ended, nothing comes of it. */
    void cancel(UUID id, String why) {
        jdbc.sql("update sync_runs set cancelled = ? where id = ? and state = 'RUNNING' and cancelled is null")
                .param(why).param(id).update();
    }

    /**
     * The same of automatic ones.
     *
     * @param peer null for those with any
     */
    void cancelAutomatic(@Nullable PeerName peer, String why) {
        jdbc.sql("""
                update sync_runs set cancelled = :why where state = 'RUNNING' and automatic and cancelled is null
                    and peer = coalesce(:peer, peer)
                """).param("why", why).param("peer", peer == null ? null : peer.text()).update();
    }

    /** Those of a process that are to end early, and why. */
    Map<UUID, String> cancelled(UUID owner) {
        return jdbc.sql("select id, cancelled from sync_runs"
                + " where owner = ? and state = 'RUNNING' and cancelled is not null").param(owner)
                .query((row, i) -> Map.entry(row.getObject(1, UUID.class), row.getString(2))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The processes that have runs under way, or left some. */
    List<UUID> owners() {
        return jdbc.sql("select distinct owner from sync_runs where state = 'RUNNING'").query(UUID.class).list();
    }

    /** Takes a process's runs over if it is dead. Of several that try at once one gets each run. */
    List<RunRecord> takeOver(UUID owner, UUID heir) {
        return jdbc.sql("""
                with owner as materialized (select pg_try_advisory_xact_lock(%s) as dead)
                update sync_runs set owner = ? from owner where owner.dead and sync_runs.owner = ? and state = 'RUNNING'
                returning sync_runs.*
                """.formatted(ProcessLock.LOCK)).param(owner.toString()).param(heir).param(owner)
                .query((row, i) -> run(row)).list();
    }

    /**
     * A process that ends in good order leaves its runs to others, and what it had begun of them is no failed attempt.
     */
    void leave(UUID owner) {
        jdbc.sql("update sync_runs set attempts = greatest(attempts - 1, 0) where owner = ? and state = 'RUNNING'")
                .param(owner).update();
    }

    /**
     * Deletes ended runs that are older, or not among the newest, or that a clock has begun which was ahead: those
     * would be the newest for as long as it was, and the present ones would be deleted.
     */
    int prune(Instant before, int keep) {
        return jdbc.sql("""
                delete from sync_runs where state <> 'RUNNING'
                    and (started_at < :before or started_at > now() + interval '1 hour'
                    or id not in (select id from sync_runs where started_at <= now() + interval '1 hour'
                        order by started_at desc limit :keep))
                """).param("before", Timestamp.from(before)).param("keep", keep).update();
    }

    /** A release that knows no cancelled ones shows them as failed: the report says which they are. */
    private static String state(RunRecord run) {
        return run.state() == SyncRun.State.CANCELLED ? SyncRun.State.FAILED.name() : run.state().name();
    }

    private RunRecord run(ResultSet row) throws SQLException {
        String report = row.getString("report");
        SyncReport end = report == null ? null : json.readValue(report, SyncReport.class);
        return new RunRecord(row.getObject("id", UUID.class), new PeerName(row.getString("peer")),
                json.readValue(row.getString("options"), Options.class).options(), row.getBoolean("automatic"),
                SyncRun.State.of(end), row.getInt("attempts"),
                row.getTimestamp("started_at").toInstant(), json.readValue(row.getString("progress"), PROGRESS), end);
    }
}
