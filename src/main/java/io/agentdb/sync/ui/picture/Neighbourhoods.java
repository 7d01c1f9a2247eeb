package io.agentdb.sync.ui.picture;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.ui.picture.Neighbourhood.Neighbour;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what records belong to. Thread-safe; blocks on the database. */
@Component
public class Neighbourhoods {

    private static final int MOST = 100;

    private static final String OF_RECORD = """
            select id, created_at, relationship, from_id = :id as outgoing,
                case when from_id = :id then to_type else from_type end as type,
                case when from_id = :id then to_id else from_id end as other
            from edges where from_id = :id or to_id = :id order by created_at desc, id limit :most
            """;
    private static final String OF_EDGE = """
            select id, created_at, 'from' as relationship, false as outgoing, from_type as type, from_id as other
            from edges where id = :id
            union all select id, created_at, 'to', true, to_type, to_id from edges where id = :id limit :most
            """;

    private final JdbcClient jdbc;

    Neighbourhoods(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The records at the other ends of a record's edges, the newest edge first; of an edge, its two ends.
     *
     * @param title of the record itself
     */
    public Neighbourhood of(Kind kind, UUID id, String title) {
        List<Neighbour> found = jdbc.sql("""
                select e.id, e.relationship, e.outgoing, e.type, e.other,
                    coalesce(left(s.name, 200), left(p.task, 200)) as title,
                    case when s.id is not null then 'skills' when p.id is not null then 'episodes' end as kind
                from (%s) as e left join skills s on e.type = 'skill' and s.id = e.other
                left join episodes p on e.type <> 'skill' and p.id = e.other
                order by e.created_at desc, e.id, e.outgoing
                """.formatted(kind == Kind.EDGES ? OF_EDGE : OF_RECORD)).param("id", id).param("most", MOST + 1)
                .query((row, i) -> new Neighbour(row.getObject("id", UUID.class), row.getString("relationship"),
                        row.getBoolean("outgoing"), row.getString("type"), row.getObject("other", UUID.class),
                        row.getString("kind"), row.getString("title"))).list();
        boolean more = found.size() > MOST;
        return Neighbourhood.of(title, more ? found.subList(0, MOST) : found, more);
    }
}
