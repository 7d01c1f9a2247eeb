package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who reads this process's feed by a pull that stays open: a push to it would send the same. Thread-safe. */
public final class StandingPulls {

    private record StandingPull(Actor reader, Set<Kind> kinds) { }

    private final List<StandingPull> all = new CopyOnWriteArrayList<>();

    /** @return ends it */
    Runnable begin(Actor reader, Collection<Kind> kinds) {
        StandingPull pull = new StandingPull(reader, Set.copyOf(kinds));
        all.add(pull);
        return () -> all.remove(pull);
    }

    /** Whether one pull of that reader brings it all of these kinds. */
    boolean serve(Actor reader, Collection<Kind> kinds) {
        return all.stream().anyMatch(one -> one.reader().equals(reader) && one.kinds().containsAll(kinds));
    }
}
