package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.review.conflict.KnownVersion.InConflict;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Write;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which versions a record has had: the present one, and those that the log of conflicts still has. What was overwritten
 * by somebody who had seen it is kept by nobody. Thread-safe; blocks on the database.
 */
@Component
public class FormerVersions {

    /** Of one record: their versions, which may have megabytes, are read. */
    private static final int CONFLICTS = 50;

    private record VersionHeader(Write write, long hlc, boolean deleted, boolean choice, @Nullable String via) { }

    private record Logged(VersionHeader version, InConflict place) { }

    private final JdbcClient jdbc;
    private final LocalNode self;

    FormerVersions(JdbcTemplate jdbc, LocalNode self) {
        this.jdbc = JdbcClient.create(jdbc);
        this.self = self;
    }

    /** Empty of a record of which nothing is known, not even that it was deleted. */
    public KnownVersion.VersionsOfRecord of(Kind kind, UUID id) {
        Map<Write, VersionHeader> versions = new LinkedHashMap<>();
        Map<Write, List<InConflict>> places = new LinkedHashMap<>();
        List<VersionHeader> present = present(kind, id);
        present.forEach(one -> versions.put(one.write(), one));
        List<Logged> logged = logged(kind, id);
        logged.forEach(one -> {
            versions.putIfAbsent(one.version().write(), one.version());
            places.computeIfAbsent(one.version().write(), write -> new ArrayList<>()).add(one.place());
        });
        long conflicts = logged.stream().map(one -> one.place().conflict()).distinct().count();
        return new KnownVersion.VersionsOfRecord(versions.values().stream()
                .sorted(Comparator.comparing((VersionHeader one) -> !present.contains(one)).thenComparing(
                        Comparator.comparingLong(VersionHeader::hlc).reversed()))
                .map(one -> known(one, present.contains(one), places.getOrDefault(one.write(), List.of()))).toList(),
                conflicts == CONFLICTS);
    }

    private KnownVersion known(VersionHeader seen, boolean present, List<InConflict> places) {
        String node = seen.write().actor().nodeId().name();
        // Of this node's own it tells who has it already.
        String via = seen.via() == null || node.equals(self.nodeId().name()) ? null
                : new Actor(seen.via()).nodeId().name();
        return new KnownVersion(seen.write().toString(), node, Hlc.instant(seen.hlc()), seen.deleted(), seen.choice(),
                present, via, List.copyOf(places));
    }

    private List<VersionHeader> present(Kind kind, UUID id) {
        return jdbc.sql("""
                select actor, counter, hlc, false as deleted, choice, via from %s where id = :id
                union all select actor, counter, hlc, true, choice, via from tombstones where kind = :kind and id = :id
                """.formatted(kind)).param("id", id).param("kind", kind.name())
                .query((row, i) -> seen(row, row.getString("via"))).list();
    }

    private List<Logged> logged(Kind kind, UUID id) {
        return jdbc.sql("""
                select c.id, side, c.outcome, c.detected_at, c.resolution, c.resolved_by, version ->> 'actor' as actor,
                    (version ->> 'counter')::bigint as counter, (version ->> 'hlc')::bigint as hlc,
                    (version ->> 'deleted')::boolean as deleted,
                    coalesce((version ->> 'choice')::boolean, false) as choice
                from (select * from conflicts where kind = :kind and record_id = :id order by id desc limit :most) as c
                cross join lateral (values ('local', local), ('remote', remote), ('result', result))
                    as sides (side, version)
                where version is not null order by c.id desc, side
                """).param("kind", kind.name()).param("id", id).param("most", CONFLICTS)
                .query((row, i) -> new Logged(seen(row, null), new InConflict(row.getLong("id"), row.getString("side"),
                        row.getString("outcome"), row.getObject("detected_at", OffsetDateTime.class).toInstant(),
                        row.getString("resolution"), row.getString("resolved_by")))).list();
    }

    private static VersionHeader seen(ResultSet row, @Nullable String via) throws SQLException {
        return new VersionHeader(new Write(new Actor(row.getString("actor")), row.getLong("counter")),
                row.getLong("hlc"), row.getBoolean("deleted"), row.getBoolean("choice"), via);
    }
}
