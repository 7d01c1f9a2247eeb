package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a run shows while it is under way. Used by the run's thread alone, on which the listener is called too. */
public final class RunProgress {

    private final Clock clock;
    private final Consumer<SyncProgress> listener;
    private final Map<Phase, Long> totals = new EnumMap<>(Phase.class);
    private final Map<Phase, Long> done = new EnumMap<>(Phase.class);
    private Phase phase = Phase.DETECTING;

    public RunProgress(Clock clock, Consumer<SyncProgress> listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /** Of what nobody watches. */
    public static RunProgress unwatched() {
        return new RunProgress(Clock.systemUTC(), progress -> { });
    }

    /**
     * Enters a phase, or goes on in it after a break; phases never go back, so that a listener sees them in their
     * order.
     */
    public void begin(Phase next, long remaining) {
        totals.put(next, done.getOrDefault(next, 0L) + remaining);
        if (next.compareTo(phase) > 0) {
            phase = next;
        }
        tell(next, null, null);
    }

    /** Enters a phase whose work is done. */
    public void passed(Phase next, long items) {
        done.put(next, items);
        begin(next, 0);
    }

    public void say(String message) {
        tell(phase, null, message);
    }

    void done(Phase where, Kind kind, long records) {
        done.merge(where, records, Long::sum);
        tell(where, kind, null);
    }

    private void tell(Phase where, @Nullable Kind kind, @Nullable String message) {
        if (where == phase) {
            listener.accept(new SyncProgress(where, done.getOrDefault(where, 0L), totals.getOrDefault(where, 0L),
                    kind == null ? null : kind.name(), message, clock.instant()));
        }
    }
}
