package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.search.SearchHit;
import io.agentdb.sync.ui.words.Wording;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record in a list.
 *
 * @param size about how many characters it has
 * @param origin the node that wrote its newest version; null if that was not looked up
 * @param score how well it fits, from 0 to 1; null of a list that nothing was looked for in
 */
public record RecordRow(String kind, UUID id, String title, String excerpt, Instant at, @Nullable Boolean success,
        @Nullable Double reward, long size, @Nullable String origin, @Nullable Double score) {

    private static final int TITLE = 80;
    private static final int EXCERPT = 160;

    static RecordRow of(MemoryRecord record, @Nullable String origin) {
        return of(record, null, origin, null);
    }

    static RecordRow of(SearchHit hit) {
        return of(hit.record(), hit.excerpt(), hit.origin(), hit.score());
    }

    private static RecordRow of(MemoryRecord record, @Nullable String excerpt, @Nullable String origin,
            @Nullable Double score) {
        if (record instanceof Episode one) {
            String text = excerpt != null ? excerpt : one.critique() != null ? one.critique() : one.output();
            return new RecordRow("episodes", one.id(), Wording.cut(one.task(), TITLE), Wording.cut(text, EXCERPT),
                    one.ts(),
                    one.success(), one.reward(), Shape.EPISODES.content(one).size(), origin, score);
        }
        if (record instanceof Skill one) {
            return new RecordRow("skills", one.id(), Wording.cut(one.name(), TITLE),
                    Wording.cut(excerpt != null ? excerpt : one.description(), EXCERPT),
                    one.updatedAt() != null ? one.updatedAt() : one.createdAt(), null, one.avgReward(),
                    Shape.SKILLS.content(one).size(), origin, score);
        }
        Edge one = (Edge) record;
        return new RecordRow("edges", one.id(), Wording.cut(one.relationship(), TITLE),
                Wording.cut(one.fromType() + " " + one.fromId() + " → " + one.toType() + " " + one.toId(), EXCERPT),
                one.createdAt(), null, one.weight(), Shape.EDGES.content(one).size(), origin, score);
    }
}
