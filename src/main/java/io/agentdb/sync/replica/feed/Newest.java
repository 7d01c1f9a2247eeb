package io.agentdb.sync.replica.feed;

import static java.util.stream.Collectors.joining;

import io.agentdb.sync.memory.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a feed went at one moment: so that who reads it again and again reads only those kinds of which there is
 * more.
 *
 * @param last of each kind, the transaction of its last record below the fence, if there is one
 */
public record Newest(long fence, Map<Kind, Long> last) {

    /** One row; each kind's index on the feed has the number at its end. */
    static final String SQL = Kind.ALL.stream().map(kind -> """
            , greatest((select max(feed_xid) from %1$s where feed_xid < fence),
                (select max(feed_xid) from tombstones where kind = '%1$s' and feed_xid < fence))
            """.formatted(kind.name())).collect(joining("", "select fence ", " from agentdb_fence() as fence"));

    static Newest of(ResultSet row) throws SQLException {
        Map<Kind, Long> last = new LinkedHashMap<>();
        for (int i = 0; i < Kind.ALL.size(); i++) {
            long xid = row.getLong(i + 2);
            if (!row.wasNull()) {
                last.put(Kind.ALL.get(i), xid);
            }
        }
        return new Newest(row.getLong(1), last);
    }

    /** Whether there may be something of a kind behind the cursor. */
    public boolean isBeyond(Cursor cursor, Kind kind) {
        Long xid = last.get(kind);
        return xid != null && (xid > cursor.xid() || xid == cursor.xid() && !cursor.id().equals(Cursor.HIGHEST));
    }
}
