package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.RevisionRows;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What somebody has put on a kind's table that may drop or change what the applier stores: triggers before the write,
 * rules, row security. A row that was dropped would count as stored, and with its tombstone forgotten be deleted
 * everywhere; one that was changed would differ from its peers' for ever under the same dot. Calls belong to the
 * caller's transaction.
 */
final class Interference {

    /** Dropped without an error. */
    static final String DROPPED = "dropped-by-database";
    /** Stored as something else. */
    static final String CHANGED = "changed-by-database";

    /** Those that leave the applier alone say so in their condition. */
    private static final String NAMES = """
            select 'the trigger ' || t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid
            where t.tgrelid = '{kind}'::regclass and not t.tgisinternal and t.tgenabled in ('O', 'A')
                and t.tgtype & 3 = 3 and not starts_with(p.proname, 'agentdb_')
                and position('agentdb.applying' in pg_get_triggerdef(t.oid)) = 0
            union all select 'the rule ' || rulename from pg_rewrite where ev_class = '{kind}'::regclass
                and ev_type <> '1'
            union all select 'row security' where row_security_active('{kind}'::regclass)
            """;

    private final JdbcTemplate jdbc;

    Interference(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** An SQL condition, to be asked beside something else: where there are none, nothing more is looked at. */
    static String exist(Kind kind) {
        return "exists (" + NAMES.replace("{kind}", kind.name()) + ")";
    }

    void expect(Kind kind, int expected, int stored) {
        if (stored != expected) {
            throw refusal(kind, DROPPED, "drops what is written there, without an error");
        }
    }

    /**
     * What widens contexts or notes a peer leaves the content as it is; under its old dot, no peer would ever hear of
     * another one. What a writer changes meanwhile would be taken for that, so the records are locked first.
     */
    void leavingContent(Kind kind, UUID[] ids, Runnable write) {
        if (!Boolean.TRUE.equals(jdbc.queryForObject("select " + exist(kind), Boolean.class))) {
            write.run();
            return;
        }
        jdbc.queryForList("select id from " + kind + " where id = any (?) order by id for update", UUID.class,
                (Object) ids);
        Map<UUID, String> before = contents(kind, ids);
        write.run();
        if (!contents(kind, ids).equals(before)) {
            throw refusal(kind, CHANGED, "changes a record that was to stay as it is");
        }
    }

    /**
     * After the sent versions were stored, and staged beside the table. What a later trigger wrote has a dot of its
     * own.
     */
    void expectAsStaged(Kind kind) {
        Boolean same = jdbc.queryForObject("""
                select not exists (select from staged_%1$s s join %1$s t on t.id = s.id and t.actor = s.actor
                    and t.counter = s.counter
                    where row(%2$s)::text is distinct from row(%3$s)::text)
                """.formatted(kind, of("s.", kind), of("t.", kind)), Boolean.class);
        if (!Boolean.TRUE.equals(same)) {
            throw refusal(kind, CHANGED,
                    "changes what a peer has sent, so that it would differ from the peer's for ever");
        }
    }

    private Map<UUID, String> contents(Kind kind, UUID[] ids) {
        return jdbc.query("select id, md5(row(%s)::text) from %s where id = any (?)".formatted(of("", kind), kind),
                (row, i) ->
                Map.entry(row.getObject(1, UUID.class), row.getString(2)), (Object) ids).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String of(String row, Kind kind) {
        return Arrays.stream((RevisionRows.content(kind) + ", unknown_fields").split(", ")).map(row::concat)
                .collect(Collectors.joining(", "));
    }

    private Transactions.Unstorable refusal(Kind kind, String code, String what) {
        List<String> names = jdbc.queryForList(NAMES.replace("{kind}", kind.name()), String.class);
        return new Transactions.Unstorable(code, (names.isEmpty() ? "something" : String.join(", ", names)) + " on "
                + kind + " " + what
                        + ": let a trigger fire only when (current_setting('agentdb.applying', true) is distinct from"
                        + " 'on')", null);
    }
}
