package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * After the migrations, once a release knows other fields than the one before: what peers have sent of them meanwhile,
 * which was kept unread, moves into its columns. The versions stay, since the records say what they said. A value that
 * is refused stays where it is.
 *
 * <p>A callback and no repeatable migration: Flyway would remember that one, and the release before, which has it not,
 * would refuse to start on this database again.
 */
public final class UnknownFieldMigration implements Callback {

    private static final Logger log = LoggerFactory.getLogger(UnknownFieldMigration.class);
    private static final int AT_ONCE = 1_000;

    private final int known;
    private final BiFunction<Kind, Content, Content> recognized;

    /** @param known changes with the fields that this release knows */
    public UnknownFieldMigration(int known, BiFunction<Kind, Content, Content> recognized) {
        this.known = known;
        this.recognized = recognized;
    }

    @Override
    public void handle(Event event, Context context) {
        JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true));
        // Locked: of two processes that start together, the second finds it done.
        if (jdbc.queryForObject("select fields from known_fields for update", (row, i) -> row.getInt(1)) == known) {
            return;
        }
        jdbc.execute("set local agentdb.applying = 'on'");
        for (Kind kind : Kind.ALL) {
            List<UUID> ids = jdbc.queryForList("select id from " + kind
                    + " where unknown_fields is not null order by id", UUID.class);
            for (int i = 0; i < ids.size(); i += AT_ONCE) {
                restate(jdbc, kind, ids.subList(i, Math.min(ids.size(), i + AT_ONCE)));
            }
        }
        jdbc.execute("set local agentdb.applying = 'off'");
        jdbc.update("update known_fields set fields = ?", known);
    }

    private void restate(JdbcTemplate jdbc, Kind kind, List<UUID> ids) {
        List<Revision> changed = new ArrayList<>();
        PostgresVersions versions = new PostgresVersions(jdbc);
        // Locked first: the process of the release before still serves this database.
        versions.lock(kind, ids);
        // What that process has deleted since we looked has no fields any more.
        versions.load(kind, ids).values().stream().filter(revision -> !revision.deleted()).forEach(revision -> {
            try {
                Content content = recognized.apply(kind, revision.fields());
                if (!content.equals(revision.content())) {
                    changed.add(new Revision(kind, revision.id(), revision.version(), content, revision.history()));
                }
            } catch (IllegalArgumentException e) {
                log.warn("A field of {} {} stays unread: {}", kind, revision.id(), e.getMessage());
            }
        });
        if (!changed.isEmpty() && !stored(jdbc, kind, changed) && changed.size() > 1) {
            changed.forEach(one -> stored(jdbc, kind, List.of(one)));
        }
    }

    private static boolean stored(JdbcTemplate jdbc, Kind kind, List<Revision> revisions) {
        jdbc.execute("savepoint restated");
        try {
            new RevisionWriter(jdbc).restate(kind, revisions);
            jdbc.execute("delete from staged_" + kind);
            return true;
        } catch (DataAccessException | Transactions.Unstorable refused) {
            jdbc.execute("rollback to savepoint restated");
            if (revisions.size() == 1) {
                // Its first line: the others quote the row.
                log.warn("A field of {} {} stays unread: {}", kind, revisions.get(0).id(),
                        Optional.ofNullable(NestedExceptionUtils.getMostSpecificCause(refused).getMessage()).stream()
                                .flatMap(String::lines).findFirst().orElse(""));
            }
            return false;
        }
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public String getCallbackName() {
        return "field recognition";
    }
}
