package io.agentdb.sync.web.openapi;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.review.conflict.BatchRequest;
import io.agentdb.sync.review.conflict.ResolutionRequest;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.SyncFailure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The texts that a member may be, where they are few. */
final class Vocabulary {

    private static final List<String> KINDS = Kind.ALL.stream().map(Kind::name).toList();
    private static final List<String> KINDS_OR_FULL = Stream.concat(KINDS.stream(), Stream.of("full")).toList();
    private static final List<String> STRATEGIES = words(ConflictStrategy.values(), ConflictStrategy::label);
    private static final List<String> DIRECTIONS = words(RunDirection.values(), RunDirection::label);
    private static final List<String> OUTCOMES = words(ConflictOutcome.values(), ConflictOutcome::label);
    private static final List<String> PICKS = words(ResolutionRequest.Choice.values(),
            ResolutionRequest.Choice::label);
    private static final List<String> FAILURES = words(SyncFailure.values(), SyncFailure::label);

    /** Of members that mean the same wherever they are. */
    private static final Map<String, List<String>> ANYWHERE = Map.of("kind", KINDS, "resolution", PICKS, "lastFailure",
            FAILURES);
    private static final Map<String, List<String>> OF_ONE = Map.ofEntries(
            Map.entry("PeerView.kinds", KINDS), Map.entry("PeerRequest.kinds", KINDS_OR_FULL),
            Map.entry("VerifyOptions.kinds", KINDS_OR_FULL), Map.entry("SyncRequest.kinds", KINDS_OR_FULL),
            Map.entry("SyncRequest.type", KINDS_OR_FULL), Map.entry("SyncRequest.strategy", STRATEGIES),
            Map.entry("PeerRequest.conflictStrategy", STRATEGIES), Map.entry("PeerView.conflictStrategy", STRATEGIES),
            Map.entry("Sync.conflictStrategy", STRATEGIES), Map.entry("SyncRequest.direction", DIRECTIONS),
            Map.entry("RunView.direction", DIRECTIONS), Map.entry("ConflictView.outcome", OUTCOMES),
            Map.entry("ConflictRow.outcome", OUTCOMES), Map.entry("InConflict.outcome", OUTCOMES),
            Map.entry("InConflict.as", List.of("local", "remote", "result")),
            Map.entry("ResolutionBody.pick", PICKS),
            Map.entry("ResolutionsBody.pick", words(BatchRequest.BatchPick.values(), BatchRequest.BatchPick::label)),
            Map.entry("PausedView.by", List.of("one", "all")), Map.entry("Replay.outcome",
                    List.of("applied", "known", "refused")),
            Map.entry("LogLine.level", List.of("info", "warn", "error")),
            Map.entry("SearchPage.meaning", List.of("ready", "off", "loading", "no-model", "failed")),
            Map.entry("SearchHit.by", List.of("words", "meaning")),
            Map.entry("AttachStatus.mode", List.of("two-way", "read-only", "stopped", "starting")),
            Map.entry("SyncReport.failure", Stream.concat(FAILURES.stream(), Stream.of("cancelled")).toList()));

    private Vocabulary() {
    }

    /** Empty if it may be any. What a row of a file calls its kind is the file's word. */
    static List<String> of(String type, String member) {
        List<String> own = OF_ONE.get(type + "." + member);
        return own != null ? own : type.equals("RowError") ? List.of() : ANYWHERE.getOrDefault(member, List.of());
    }

    private static <T> List<String> words(T[] values, Function<T, String> word) {
        return Arrays.stream(values).map(word).toList();
    }
}
