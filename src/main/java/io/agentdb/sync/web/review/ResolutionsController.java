package io.agentdb.sync.web.review;

import io.agentdb.sync.review.conflict.BatchRequest;
import io.agentdb.sync.review.conflict.BatchResult;
import io.agentdb.sync.web.access.AuditTrail;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Many conflicts at once. */
@RestController
@RequestMapping("/conflicts/resolutions")
@Tag(name = "conflicts")
class ResolutionsController {

    /** The body, for its description only. */
    record ResolutionsBody(@Nullable List<Long> ids, @Nullable Map<String, String> filter,
            @Schema(allowableValues = {"local", "remote", "merge", "newer"}) String pick, @Nullable Boolean preview,
            @Nullable String by) { }

    private final BatchDecisions decisions;

    ResolutionsController(BatchDecisions decisions) {
        this.decisions = decisions;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "resolveConflicts", summary = "Decide many conflicts at once, or see what that would do",
            description = "At most 1,000, by \"ids\" or by a \"filter\" as the parameters of GET /conflicts, which"
            + " means the open ones unless it has a state or an outcome. \"pick\" is local, remote, merge, or newer:"
            + " the later of the two versions. Each becomes a new version of its record; one whose record has"
            + " changed, or that is decided already, is left, and its item says why. \"preview\": true writes"
            + " nothing and is open to viewers.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            content = @Content(schema = @Schema(implementation = ResolutionsBody.class)))
    @AnswersWith(429)
    BatchResult resolve(@RequestBody ObjectNode body, @Parameter(hidden = true) HttpServletRequest request) {
        BatchRequest asked = BatchRequest.read(body);
        if (asked.preview()) {
            AuditTrail.onlyRead(request);
        }
        SignedIn who = asked.preview() ? SignedIn.now() : SignedIn.now().operating();
        return asked.preview() ? decisions.preview(asked) : decisions.decide(asked, who.name());
    }

    @PostMapping("/{id}/undo")
    @Operation(operationId = "undoResolutions", summary = "Take back what was decided about many conflicts at once",
            description = "Each record becomes, as a new version, what it was before, and each conflict too, so that it"
            + " can be decided anew. Records that have changed since are left, and their items say so.")
    @AnswersWith({409, 429})
    BatchResult undo(@PathVariable UUID id) {
        return decisions.undo(id);
    }
}
