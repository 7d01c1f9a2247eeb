package io.agentdb.sync.web;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.edit.Restamping;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Records that a clock which was ahead has left behind. */
@RestController
@Tag(name = "restamping")
class RestampController {

    record Ahead(String kind, UUID id, boolean deleted, Instant stampedAt) { }

    private static final int MOST = 1_000;

    private final Restamping restamping;

    RestampController(Restamping restamping) {
        this.restamping = restamping;
    }

    @GetMapping("/ahead")
    @Operation(operationId = "listAhead",
            summary = "The records and deletions of more than a day ahead, a thousand at most",
            description = "Peers whose clocks are right set them aside (future-clock). Reads every record of the node.")
    List<Ahead> ahead() {
        return restamping.ahead(MOST).stream().map(one ->
                new Ahead(one.kind().name(), one.id(), one.deleted(), one.stampedAt())).toList();
    }

    @PostMapping("/{kind}/{id}/restamp")
    @Operation(operationId = "restampRecord",
            summary = "Make a record, or deletion, that a clock far ahead has stamped a version of now",
            description = "Its content stays; it takes the place of the old version on every node. Set this node's"
            + " clock right before."
                    + " 409 if the record is not more than a day ahead.")
    @AnswersWith(409)
    Ahead restamp(@PathVariable String kind, @PathVariable UUID id) {
        Kind known = Kind.named(kind).orElseThrow(() -> new NotHere(
                "There is nothing here of the name " + kind + "; there are " + Kind.ALL + "."));
        try {
            Revision now = restamping.restamp(known, id).orElseThrow(
                    () -> new NotHere("There is no " + id + " among the " + kind + ", and no deletion of it."));
            return new Ahead(kind, id, now.deleted(), Hlc.instant(now.version().hlc()));
        } catch (Restamping.NotAheadException notAhead) {
            throw Refusal.of(HttpStatus.CONFLICT, "not-ahead", notAhead.getMessage());
        }
    }
}
