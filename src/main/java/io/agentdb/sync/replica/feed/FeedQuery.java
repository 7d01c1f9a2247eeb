package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.ContextJson;
import io.agentdb.sync.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The conditions of a feed's reader as SQL: position, fence, whose echo to leave out, selection. */
final class FeedQuery {

    private final StringBuilder where = new StringBuilder();
    private final List<Object> arguments = new ArrayList<>();

    private FeedQuery() {
    }

    static FeedQuery live(Kind kind, Cursor after, long fence, Selection selection, Reader reader) {
        FeedQuery query = new FeedQuery().position(after, fence, selection, reader);
        if (kind == Kind.EPISODES) {
            query.and("session_id = ?", selection.sessionId()).and("success = ?", selection.success())
                    .and("reward >= ?", selection.minReward());
        }
        if (kind == Kind.SKILLS) {
            query.and("name = ?", selection.skillName());
        }
        if (kind != Kind.EDGES && !selection.tags().isEmpty()) {
            query.and("tags @> ?::text[]", (Object) selection.tags().toArray(String[]::new));
        }
        return query;
    }

    static FeedQuery tombstones(Kind kind, Cursor after, long fence, Selection selection, Reader reader) {
        return new FeedQuery().and("kind = ?", kind.name()).position(after, fence, selection, reader);
    }

    static FeedQuery known(@Nullable UUID after, long fence, Reader reader) {
        return new FeedQuery().and("id > ?", after).and("feed_xid < ?", fence)
                .and("xid < coalesce((?::jsonb ->> actor)::bigint, 0)", ContextJson.json(reader.known().below()));
    }

    String where() {
        return where.toString();
    }

    List<Object> arguments() {
        return arguments;
    }

    private FeedQuery position(Cursor after, long fence, Selection selection, Reader reader) {
        and("(feed_xid, id) > (?, ?)", after.xid(), after.id());
        and("feed_xid < ?", fence);
        // What the reader gave us, it has.
        and("via is distinct from ?", reader.actor() == null ? null : reader.actor().name());
        if (!reader.known().below().isEmpty()) {
            and("xid >= coalesce((?::jsonb ->> actor)::bigint, 0)", ContextJson.json(reader.known().below()));
        }
        return and("hlc >= ?", selection.since() == null ? null : Hlc.at(selection.since()));
    }

    /** Adds a condition, unless its only value is null, which means: no constraint. */
    private FeedQuery and(String condition, @Nullable Object... values) {
        if (values.length == 1 && values[0] == null) {
            return this;
        }
        where.append(where.length() == 0 ? "" : " and ").append(condition);
        arguments.addAll(List.of(values));
        return this;
    }
}
