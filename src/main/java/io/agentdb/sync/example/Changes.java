package io.agentdb.sync.example;

import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.MemoryFilter;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What happens on the two nodes while they do not talk to each other; some of it to the same records. */
final class Changes {

    private static final int MOST = 1_000;

    private final ExampleNode local;
    private final ExampleNode remote;

    Changes(ExampleNode local, ExampleNode remote) {
        this.local = local;
        this.remote = remote;
    }

    /** Every line says what was done; no two lines are about the same records, but those that say so. */
    Table make(int firstOfRemote) {
        Table table = new Table("what", "local", "remote");
        table.row("episodes edited", reviewed(local, 0, 6), reviewed(remote, firstOfRemote, 4));
        table.row("episodes deleted", deleted(local, 6, 1), deleted(remote, firstOfRemote + 4, 2));
        table.row("rows updated by plain SQL", sql(local,
                "update episodes set reward = round((reward * 0.9)::numeric, 2)" + " where session_id = ?", 7),
                sql(remote, "update episodes set critique = upper(critique) where session_id = ?", firstOfRemote + 6));
        table.row("rows deleted by plain SQL", sql(local, "delete from episodes where session_id = ?",
                firstOfRemote + 7), sql(remote, "delete from episodes where session_id = ?", 8));
        List<UUID> both = session(local, 9);
        both.forEach(id -> patch(local, Shape.EPISODES, id, "{\"critique\": \"local thinks so\"}"));
        both.forEach(id -> patch(remote, Shape.EPISODES, id, "{\"critique\": \"remote thinks otherwise, and later\"}"));
        table.row("the same episodes edited", both.size(), both.size());
        List<UUID> kept = session(local, 10);
        kept.forEach(id -> local.memory().delete(Shape.EPISODES, id));
        kept.forEach(id -> patch(remote, Shape.EPISODES, id, "{\"tags\": [\"edited after the delete\"]}"));
        table.row("episodes deleted here, edited there", kept.size(), kept.size());
        sameSkill(local, "Wait longer after each failure");
        sameSkill(remote, "Wait longer after each failure, with jitter");
        table.row("the same skill learned", 1, 1);
        return table;
    }

    private static long reviewed(ExampleNode side, int first, int sessions) {
        long count = 0;
        for (int number = first; number < first + sessions; number++) {
            for (UUID id : session(side, number)) {
                patch(side, Shape.EPISODES, id, "{\"metadata\": {\"reviewedBy\": \"" + side.name() + "\"}}");
                count++;
            }
        }
        return count;
    }

    private static long deleted(ExampleNode side, int first, int sessions) {
        long count = 0;
        for (int number = first; number < first + sessions; number++) {
            count += session(side, number).stream().filter(id -> side.memory().delete(Shape.EPISODES, id)).count();
        }
        return count;
    }

    /** As any program would that knows nothing of this node: the database's triggers notice. */
    private static int sql(ExampleNode side, String statement, int session) {
        return side.sql().update(statement, MadeUpWork.session(session));
    }

    private static void sameSkill(ExampleNode side, String description) {
        side.memory().create(Shape.SKILLS, Edits.created(Shape.SKILLS, JsonText.object(
                "{\"name\": \"retry-with-backoff\", \"description\": \"" + description + "\", \"uses\": 1}")));
    }

    private static List<UUID> session(ExampleNode side, int number) {
        Filter filter = MemoryFilter.of(Kind.EPISODES, Map.of("sessionId", List.of(MadeUpWork.session(number))));
        return side.memory().list(Shape.EPISODES, filter, MOST, null).items().stream().map(Episode::id).toList();
    }

    private static <T extends MemoryRecord> void patch(ExampleNode side, Shape<T> shape, UUID id, String fields) {
        side.memory().write(shape, id, present -> present == null ? null
                : Edits.patched(shape, present, JsonText.object(fields)));
    }
}
