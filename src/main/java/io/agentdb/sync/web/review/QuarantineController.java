package io.agentdb.sync.web.review;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.memory.listing.PageRequest;
import io.agentdb.sync.review.quarantine.QuarantineFilter;
import io.agentdb.sync.review.quarantine.QuarantinePlace;
import io.agentdb.sync.review.quarantine.QuarantineReplay.ReplayResult;
import io.agentdb.sync.review.quarantine.QuarantineReplay.Replayed;
import io.agentdb.sync.review.quarantine.QuarantineRetry;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import io.agentdb.sync.review.quarantine.Quarantined;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.PageParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What came from peers and could not be applied. */
@RestController
@RequestMapping("/quarantine")
@Tag(name = "quarantine")
class QuarantineController {

    private static final String ONE = "/{kind}/{id}/{actor}/{counter}";

    /** @param outcome applied, known or refused */
    record Replay(String outcome, @Nullable String code, @Nullable String reason) {
        static Replay of(Replayed replayed) {
            return new Replay(name(replayed.outcome()), replayed.code(), replayed.reason());
        }

        private static String name(ReplayResult outcome) {
            return outcome.name().toLowerCase(Locale.ROOT);
        }
    }

    private final QuarantineTable table;
    private final QuarantineRetry retry;

    QuarantineController(QuarantineTable table, QuarantineRetry retry) {
        this.table = table;
        this.retry = retry;
    }

    @GetMapping
    @Operation(operationId = "listQuarantine", summary = "List what is set aside, newest first")
    @PageParameters
    @Parameter(name = "kind", in = ParameterIn.QUERY,
            schema = @Schema(allowableValues = {"episodes", "skills", "edges"}))
    @Parameter(name = "peer", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The id of the node that it came from.")
    @Parameter(name = "code", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Why, such as refused-by-database.")
    ListPage<QuarantineView> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        PageRequest asked = PageRequest.of(parameters);
        return table.list(QuarantineFilter.of(asked.filters()), asked.cursor().map(QuarantinePlace::parse).orElse(null),
                asked.limit()).map(QuarantineView::of);
    }

    @GetMapping(ONE)
    @Operation(operationId = "getQuarantined", summary = "One version that is set aside, with its record")
    QuarantineView get(@PathVariable String kind, @PathVariable UUID id, @PathVariable String actor,
            @PathVariable long counter) {
        QuarantineKey key = key(kind, id, actor, counter);
        Quarantined found = table.find(key).orElseThrow(() -> notHere(key));
        Revision revision = table.revision(key).orElseThrow(() -> notHere(key));
        return QuarantineView.of(found, revision);
    }

    @PostMapping(ONE + "/replay")
    @Operation(operationId = "replayQuarantined", summary = "Try again to apply it", description =
            "The outcome is applied, known (this version, or one that replaces it, is"
                    + " here already) or refused, with the reason. A conflict that it meets is resolved by this"
                    + " node's strategy.")
    Replay replay(@PathVariable String kind, @PathVariable UUID id, @PathVariable String actor,
            @PathVariable long counter) {
        QuarantineKey key = key(kind, id, actor, counter);
        return Replay.of(retry.replay(key).orElseThrow(() -> notHere(key)));
    }

    @PostMapping("/replay")
    @Operation(operationId = "replayQuarantine", summary = "Try everything again", description =
            "At most 1000 records and for half a minute; oldest attempts first:" + " call again to continue.")
    QuarantineRetry.Summary replayAll() {
        return retry.replayAll();
    }

    @DeleteMapping(ONE)
    @Operation(operationId = "giveUpQuarantined", summary = "Give it up",
            description = "It is not shown and not tried any more. Peers keep theirs, and a later version of the"
                    + " record is applied as usual.")
    ResponseEntity<Void> giveUp(@PathVariable String kind, @PathVariable UUID id, @PathVariable String actor,
            @PathVariable long counter) {
        QuarantineKey key = key(kind, id, actor, counter);
        if (!table.giveUp(key)) {
            throw notHere(key);
        }
        return ResponseEntity.noContent().build();
    }

    private static QuarantineKey key(String kind, UUID id, String actor, long counter) {
        try {
            Kind known = Kind.named(kind).orElseThrow(
                    () -> new IllegalArgumentException("unknown kind '" + kind + "'; known are " + Kind.ALL));
            return new QuarantineKey(known, id, new Write(new Actor(actor), counter));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }

    private static NotHere notHere(QuarantineKey key) {
        return new NotHere("There is no " + key + " in quarantine; GET /quarantine lists what is.");
    }
}
