package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.version.Actor;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this node knows of everybody's writes, its own included, and what it may tell of that. Thread-safe; blocks on
 * the database.
 */
public final class NodeKnowledge {

    /**
     * Of how many actors of a kind something is learnt: more would not fit into a request, and whoever tells of
     * invented ones takes no more room than this. An actor that is not known costs that its records come again from
     * whoever has them.
     */
    static final int ACTORS = 1_000;

    private final KnowledgeStore store;
    private final Unapplied setAside;
    private final LocalNode self;

    public NodeKnowledge(KnowledgeStore store, Unapplied setAside, LocalNode self) {
        this.store = store;
        this.setAside = setAside;
        this.self = self;
    }

    /**
     * Everything that is here, whether applied or set aside: what nobody needs to send.
     *
     * @param fence below which all of this node's own transactions have ended
     */
    public Map<Kind, Knowledge> held(Collection<Kind> kinds, long fence) {
        Map<Kind, Knowledge> learnt = store.learnt(kinds);
        Map<Kind, Knowledge> held = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            Map<Actor, Long> below = new HashMap<>(learnt.getOrDefault(kind, Knowledge.NONE).below());
            below.put(self.actor(), fence);
            held.put(kind, Knowledge.of(below));
        }
        return held;
    }

    /**
     * What a peer may take over that has read everything below a fence. Nothing of what was received here and not
     * applied, or whoever learns from this node never hears of it from anyone. And nothing of actors whose versions may
     * lie above the fence, or have been replaced by what does: the reader has not got those yet, would say that it
     * knows them, and if this node's database then went back in time, they would never come.
     *
     * @param held as it was before the rows were read
     * @param above see {@link ChangeFeed#seenAbove}, as it is now
     */
    public Map<Kind, Knowledge> told(Map<Kind, Knowledge> held, Map<Kind, Set<Actor>> above) {
        Map<Kind, Knowledge> told = new LinkedHashMap<>(held);
        told.replaceAll((kind, known) -> known.without(above.getOrDefault(kind, Set.of())));
        Map<Kind, Map<Actor, Long>> floors = held.isEmpty() ? Map.of() : setAside.floors(held.keySet());
        told.replaceAll((kind, known) -> fitting(known.cappedAt(floors.getOrDefault(kind, Map.of()))));
        return told;
    }

    /** As much of it as may be sent: however many actors there are, a request has to fit into its frame. */
    public Knowledge fitting(Knowledge knowledge) {
        return knowledge.ofAtMost(ACTORS, self.actor());
    }

    /**
     * Takes over what a peer told, whose feed has been read to the end. Of this node's own writes nobody can tell it
     * anything.
     */
    public void learn(Map<Kind, Knowledge> told) {
        Map<Kind, Knowledge> here = told.isEmpty() ? Map.of() : store.learnt(told.keySet());
        Map<Kind, Knowledge> news = new LinkedHashMap<>();
        told.forEach((kind, knowledge) -> {
            Knowledge more = news(knowledge, here.getOrDefault(kind, Knowledge.NONE).below());
            if (!more.below().isEmpty()) {
                news.put(kind, more);
            }
        });
        if (!news.isEmpty()) {
            store.raise(news);
        }
    }

    private Knowledge news(Knowledge told, Map<Actor, Long> here) {
        Map<Actor, Long> others = new HashMap<>(told.below());
        others.remove(self.actor());
        List<Actor> beyond = others.keySet().stream().filter(actor -> !here.containsKey(actor)).sorted()
                .skip(Math.max(0, ACTORS - here.size())).toList();
        beyond.forEach(others::remove);
        // Most of it, a run after the other: writing it down again would cost more than all the rest of an empty run.
        others.entrySet().removeIf(entry -> here.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
        return Knowledge.of(others);
    }

    /**
     * Makes room for actors that there are: forgets those of which nothing here tells any more.
     *
     * @return how many
     */
    public int tidy(Kind kind) {
        // Looks at every record, so not before it matters.
        return store.learnt(kind).below().size() > ACTORS / 2 ? store.forgetUnnamed(kind) : 0;
    }

    /** See {@link KnowledgeStore#forgotten}. */
    public Map<Kind, Long> forgotten(Collection<Kind> kinds) {
        return kinds.isEmpty() ? Map.of() : store.forgotten(kinds);
    }
}
