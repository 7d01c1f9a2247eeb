package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Skill;

/**
 * In which order a kind is listed. The id breaks ties, otherwise records of the same time would be shown twice or never
 * at the turn of a page. Each order has an index.
 *
 * @param by for {@code order by}
 * @param after the condition for what follows :key and :id
 */
record PageOrder(String by, String after) {

    private static final PageOrder EPISODES = new PageOrder("ts desc, id desc", "(ts, id) < (:key::timestamptz, :id)");
    private static final PageOrder SKILLS = new PageOrder("name, id", "(name, id) > (:key::text, :id)");
    private static final PageOrder OTHERS = new PageOrder("id", "id > :id and :key::text is not null");

    static PageOrder of(Kind kind) {
        return kind == Kind.EPISODES ? EPISODES : kind == Kind.SKILLS ? SKILLS : OTHERS;
    }

    /** The value of :key that stands for an item. */
    static String key(MemoryRecord item) {
        return item instanceof Episode episode ? episode.ts().toString() : item instanceof Skill skill ? skill.name()
                : "";
    }
}
