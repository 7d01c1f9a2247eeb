package io.agentdb.sync.example;

import io.agentdb.sync.sync.SyncProgress;
import java.util.Locale;

/**
 * Shows a run: redrawn in its line, or as one line per phase where nothing can be redrawn. Fed by the run's thread, ended by the
 * one that waits for it.
 */
final class ProgressBar {

    private static final int WIDTH = 30;

    private final Screen screen;
    private final boolean redrawn;
    private SyncProgress last;

    ProgressBar(Screen screen, boolean redrawn) {
        this.screen = screen;
        this.redrawn = redrawn;
    }

    synchronized void show(SyncProgress progress) {
        if (last != null && last.phase() != progress.phase()) {
            settle();
        }
        last = progress;
        if (redrawn) {
            screen.redraw(text(progress));
        }
    }

    /** After the last progress. */
    synchronized void end() {
        if (last != null) {
            settle();
            last = null;
        }
        screen.gap();
    }

    private void settle() {
        if (redrawn) {
            screen.endLine();
        } else {
            screen.line(text(last));
        }
    }

    private static String text(SyncProgress progress) {
        // More may come while it runs than was expected when the phase began.
        long total = Math.max(progress.total(), progress.current());
        String name = progress.phase().name().toLowerCase(Locale.ROOT);
        if (progress.current() == 0 && total == 0) {
            return name + (progress.message() == null ? "" : "  " + progress.message());
        }
        int done = (int) (WIDTH * progress.current() / total);
        return "%-10s [%s%s] %3d%%  %,d of %,d%s".formatted(name, "#".repeat(done), ".".repeat(WIDTH - done),
                100 * progress.current() / total, progress.current(), total,
                progress.message() == null ? "" : "  " + progress.message());
    }
}
