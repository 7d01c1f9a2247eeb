package io.agentdb.sync.web.review;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.review.conflict.FormerVersions;
import io.agentdb.sync.review.conflict.KnownVersion;
import io.agentdb.sync.web.problem.NotHere;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Where a record comes from, and what it was. */
@RestController
@Tag(name = "conflicts")
class VersionsController {

    private final FormerVersions versions;

    VersionsController(FormerVersions versions) {
        this.versions = versions;
    }

    @GetMapping("/{kind}/{id}/versions")
    @Operation(operationId = "recordVersions", summary = "Which versions a record has had, the present one first",
            description = "Who wrote each and when, and through which node the present one came. Former ones are those"
            + " in the log of conflicts, of the newest 50 conflicts of the record: GET /conflicts/{id} has their"
            + " content, and can restore them. What was overwritten by somebody who had seen it is kept by nobody.")
    KnownVersion.VersionsOfRecord versions(
            @Parameter(schema = @Schema(allowableValues = {"episodes", "skills", "edges"})) @PathVariable String kind,
            @PathVariable UUID id) {
        Kind known = Kind.named(kind).orElseThrow(() -> new NotHere(
                "There is nothing here of the name " + kind + "; there are " + Kind.ALL + "."));
        KnownVersion.VersionsOfRecord found = versions.of(known, id);
        if (found.items().isEmpty()) {
            throw new NotHere("There is no " + id + " among the " + kind + ", and no deletion of it.");
        }
        return found;
    }
}
