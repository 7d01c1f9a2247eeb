package io.agentdb.sync.web.review;

import io.agentdb.sync.review.conflict.BatchRequest;
import io.agentdb.sync.review.conflict.BatchResult;
import io.agentdb.sync.review.conflict.ConflictBatches;
import io.agentdb.sync.review.conflict.ConflictRefused;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Decisions of many conflicts, for programs and pages: each reads and writes up to a thousand records, so few are made
 * at once. Whoever comes while they are is refused with 429. Thread-safe; blocks on the database.
 */
@Component
public class BatchDecisions {

    private final ConcurrencyLimit turns = new ConcurrencyLimit(2, "decisions of many conflicts");
    private final ConflictBatches conflicts;

    BatchDecisions(ConflictBatches conflicts) {
        this.conflicts = conflicts;
    }

    /** What {@link #decide} would do. Writes nothing. */
    public BatchResult preview(BatchRequest asked) {
        try (ConcurrencyLimit.Taken turn = turns.take()) {
            return conflicts.preview(asked);
        }
    }

    /** @param by the person's name, if what is asked gives none */
    public BatchResult decide(BatchRequest asked, String by) {
        try (ConcurrencyLimit.Taken turn = turns.take()) {
            return conflicts.decide(asked, by);
        }
    }

    /**
     * Takes a decision back.
     *
     * @throws NotHere if the log knows nothing of it any more
     * @throws Refusal 409 if all of it was taken back already
     */
    public BatchResult undo(UUID id) {
        try (ConcurrencyLimit.Taken turn = turns.take()) {
            return conflicts.undo(id).orElseThrow(() -> new NotHere("Nothing was decided as " + id
                    + ", or the log of conflicts is past it: POST /conflicts/resolutions answers with the id."));
        } catch (ConflictRefused e) {
            throw Refusal.of(HttpStatus.CONFLICT, e.reason().code(), e.getMessage());
        }
    }
}
