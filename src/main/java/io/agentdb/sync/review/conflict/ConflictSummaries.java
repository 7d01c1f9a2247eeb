package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Hlc;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What a list tells of conflicts beside their rows, without reading their records here, which may be megabytes each.
 * Thread-safe; blocks on the database.
 */
@Component
public class ConflictSummaries {

    /**
     * One conflict.
     *
     * @param title the beginning of the record's task, name or relationship, of whichever side has it
     * @param fields in which the two differ, as in the record's JSON; all of them where one side is a delete
     */
    public record ConflictSummary(long id, String title, ListedSide local, ListedSide remote, List<String> fields) { }

    /** One of its two versions. */
    public record ListedSide(String node, Instant writtenAt, boolean deleted) { }

    /**
     * Where a conflict stands in a list, the newest first.
     *
     * @param position from 1
     * @param newer the one before it; null if it is the first
     * @param older the one after it; null if it is the last
     */
    public record Neighbours(long position, long total, @Nullable Long newer, @Nullable Long older) { }

    private final JdbcClient jdbc;

    ConflictSummaries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** By their ids. */
    public Map<Long, ConflictSummary> of(Collection<Long> ids) {
        return ids.isEmpty() ? Map.of() : jdbc.sql("""
                select id, left(coalesce(local #>> '{content,task}', remote #>> '{content,task}',
                        local #>> '{content,name}', remote #>> '{content,name}',
                        local #>> '{content,relationship}', remote #>> '{content,relationship}', ''), 200) as title,
                    local ->> 'actor' as local_actor, (local ->> 'hlc')::bigint as local_hlc,
                    coalesce((local ->> 'deleted')::boolean, false) as local_deleted,
                    remote ->> 'actor' as remote_actor, (remote ->> 'hlc')::bigint as remote_hlc,
                    coalesce((remote ->> 'deleted')::boolean, false) as remote_deleted,
                    array(select coalesce(l.key, r.key) from jsonb_each(coalesce(local -> 'content', '{}')) l
                        full join jsonb_each(coalesce(remote -> 'content', '{}')) r on l.key = r.key
                        where l.value is distinct from r.value order by 1) as fields
                from conflicts where id in (:ids)
                """).param("ids", ids).query((row, i) -> summary(row)).list().stream()
                .collect(Collectors.toMap(ConflictSummary::id, Function.identity()));
    }

    /** Where versions have to be read for it, among the 10,000 newest that the rest of the filter leaves. */
    public Neighbours around(ConflictFilter filter, long id) {
        Map<String, Object> values = new HashMap<>(filter.quick().values());
        values.putAll(filter.thorough().values());
        String among = !filter.isThorough() ? "conflicts where " + filter.quick().condition()
                : "(select * from conflicts where %s order by id desc limit 10000) as newest where %s"
                        .formatted(filter.quick().condition(), filter.thorough().condition());
        return jdbc.sql("""
                select count(*) filter (where id >= :at) as position, count(*) as total,
                    min(id) filter (where id > :at) as newer, max(id) filter (where id < :at) as older
                from %s
                """.formatted(among)).params(values).param("at", id)
                .query((row, i) -> new Neighbours(row.getLong("position"), row.getLong("total"),
                        row.getObject("newer", Long.class), row.getObject("older", Long.class))).single();
    }

    private static ConflictSummary summary(ResultSet row) throws SQLException {
        return new ConflictSummary(row.getLong("id"), row.getString("title"), side(row, "local"), side(row, "remote"),
                Arrays.stream((String[]) row.getArray("fields").getArray()).map(Shape::field).toList());
    }

    private static ListedSide side(ResultSet row, String which) throws SQLException {
        return new ListedSide(new Actor(row.getString(which + "_actor")).nodeId().name(),
                Hlc.instant(row.getLong(which + "_hlc")), row.getBoolean(which + "_deleted"));
    }
}
