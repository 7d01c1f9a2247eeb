package io.agentdb.sync.example;

import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.SyncProgress;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run: redrawn in its line, or as one line per phase where nothing can be redrawn. Fed by the run's thread,
 * ended by the one that waits for it.
 */
final class ProgressBar {

    private static final int WIDTH = 30;
    /** The other phases finish what has streamed in by then: they have an outcome, no way to go. */
    private static final Set<Phase> MOVING = EnumSet.of(Phase.PUSHING, Phase.PULLING);

    private final Screen screen;
    private final boolean redrawn;
    /** Null before the first, and after the end. */
    private @Nullable SyncProgress last;

    ProgressBar(Screen screen, boolean redrawn) {
        this.screen = screen;
        this.redrawn = redrawn;
    }

    synchronized void show(SyncProgress progress) {
        if (last != null && last.phase() != progress.phase()) {
            settle(last);
        }
        last = progress;
        if (redrawn) {
            screen.redraw(text(progress));
        }
    }

    /** After the last progress. */
    synchronized void end() {
        if (last != null) {
            settle(last);
            last = null;
        }
        screen.gap();
    }

    private void settle(SyncProgress done) {
        if (redrawn) {
            screen.endLine();
        } else {
            screen.line(text(done));
        }
    }

    private static String text(SyncProgress progress) {
        // More may come while it runs than was expected when the phase began.
        long total = Math.max(progress.total(), progress.current());
        String name = progress.phase().name().toLowerCase(Locale.ROOT);
        String said = progress.message() == null ? "" : "  " + progress.message();
        if (total == 0 || !MOVING.contains(progress.phase())) {
            return "%-10s %s%s".formatted(name, total == 0 ? "" : Table.text(total), said).stripTrailing();
        }
        int done = (int) (WIDTH * progress.current() / total);
        return "%-10s [%s%s] %3d%%  %s of %s%s".formatted(name, "#".repeat(done), ".".repeat(WIDTH - done),
                100 * progress.current() / total, Table.text(progress.current()), Table.text(total), said);
    }
}
