package io.agentdb.sync.node;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a new incarnation writes. Calls belong to one transaction of the caller's, which begins with {@link #lock}. */
final class Incarnations {

    /** No own write is beyond it. */
    static final long NO_DOUBT = Long.MAX_VALUE;

    private final JdbcTemplate jdbc;

    Incarnations(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Whoever still writes under the old name ends first; its rows would otherwise come in unseen. The records' tables
     * come first, as they do for writers, who have them when they look who this node is.
     */
    void lock() {
        jdbc.execute("lock table " + Kind.ALL.stream().map(Kind::name).collect(Collectors.joining(", "))
                + ", tombstones, node in share row exclusive mode");
    }

    /** Notes that the row of table {@code node} belongs to this database and this server. */
    void note() {
        jdbc.queryForList("select agentdb_note()");
    }

    void note(NodeId id, Actor actor) {
        jdbc.update("""
                insert into node (node_id, actor, system_identifier, timeline, database_oid)
                select ?, ?, f.system_identifier, f.timeline, f.database_oid from agentdb_fingerprint() f
                on conflict (one) do update set node_id = excluded.node_id, actor = excluded.actor,
                    system_identifier = excluded.system_identifier, timeline = excluded.timeline,
                    database_oid = excluded.database_oid,
                    incarnated_at = case when node.actor = excluded.actor then node.incarnated_at else now() end
                """, id.name(), actor.name());
        note();
    }

    /**
     * The last counter of {@code own} that this database remembers to have given when it met the witness, whatever its
     * incarnation was then. The witness has met this node since in a future that is lost; so what was written up to
     * there was written before going back.
     *
     * @param witness null if it has its evidence from others, who may be anybody: then the longest ago of all last
     *     meetings
     */
    long lastMeeting(Actor own, @Nullable Actor witness) {
        String node = witness == null ? null : witness.nodeId().name();
        return jdbc.queryForObject("""
                select coalesce(min(last), 0) from (
                    select max(coalesce(own_counter, 0)) as last from meetings
                    where own_actor = ? and (?::text is null or split_part(peer_actor, '.', 1) = ?)
                        group by split_part(peer_actor, '.', 1)) as met
                """, (row, i) -> row.getLong(1), own.name(), node, node);
    }

    /**
     * The old cluster's transaction ids may lie in the new one's future, where the feed would never show them. The same
     * goes for the place of tombstones that were dropped. What {@code now} has written has ids of this cluster.
     */
    void restamp(Actor now) {
        applying();
        for (Kind kind : Kind.ALL) {
            jdbc.update("update " + kind + " set feed_xid = agentdb_xid() where actor <> ?", now.name());
        }
        jdbc.update("update tombstones set feed_xid = agentdb_xid() where actor <> ?", now.name());
        jdbc.update("update forgotten set feed_xid = agentdb_xid()");
    }

    /**
     * What was written here beyond the bound may have been written after the database went back, under dots that peers
     * have seen on other content. It gets new ones, and of the old actor it goes on knowing only what is up to the
     * bound: to forget that as well would make a conflict with every later version that peers hold. Own versions that
     * came back from peers (they lie elsewhere in the feed than where they were written) are what those dots stand for.
     */
    void renewDots(Actor old, Actor now, long bound) {
        applying();
        for (String table : Stream.concat(Kind.ALL.stream().map(Kind::name), Stream.of("tombstones")).toList()) {
            jdbc.update("""
                    update %1$s as t set actor = ?, counter = fresh.counter, xid = agentdb_xid(),
                        feed_xid = agentdb_xid(),
                        context = case when ? > 0 then t.context || jsonb_build_object(?::text, ?::bigint)
                            else t.context - ?::text end
                            || jsonb_build_object(?::text, fresh.counter)%2$s
                    from (select ctid as place, nextval('agentdb_counter') as counter from %1$s
                          where actor = ? and counter > ? and xid = feed_xid) as fresh
                    where t.ctid = fresh.place
                    """.formatted(table, table.equals(Kind.SKILLS.name()) ? COUNTED : ""), now.name(), bound,
                    old.name(), bound, old.name(),
                    now.name(), old.name(), bound);
        }
    }

    /**
     * Without tallies of its own, all that a skill counts is its dot's actor's: under a new dot it would count twice.
     */
    private static final String COUNTED = """
            , tallies = coalesce(t.tallies,
                jsonb_build_object(t.actor, agentdb_tally(to_jsonb(t)) || jsonb_build_object('n', t.counter)))""";

    private void applying() {
        jdbc.execute("set local agentdb.applying = 'on'");
    }
}
