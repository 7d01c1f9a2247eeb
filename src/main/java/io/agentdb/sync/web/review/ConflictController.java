package io.agentdb.sync.web.review;

import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.memory.listing.PageRequest;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.review.conflict.ConflictArchive;
import io.agentdb.sync.review.conflict.ConflictBatches;
import io.agentdb.sync.review.conflict.ConflictFilter;
import io.agentdb.sync.review.conflict.ConflictRefused;
import io.agentdb.sync.review.conflict.ConflictRow;
import io.agentdb.sync.review.conflict.LoggedConflict;
import io.agentdb.sync.review.conflict.ResolutionRequest;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.PageParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What two sides wrote without knowing of each other, and what a person makes of it. */
@RestController
@RequestMapping("/conflicts")
@Tag(name = "conflicts")
class ConflictController {

    /** The body of a resolution, for its description only. */
    record ResolutionBody(String pick, @Nullable Map<String, Object> record, @Nullable Boolean deleted,
            @Nullable String expected,
            @Nullable String by) { }

    private final ConflictArchive archive;
    private final RevisionEditor records;
    private final ConflictBatches batches;

    ConflictController(ConflictArchive archive, RevisionEditor records, ConflictBatches batches) {
        this.archive = archive;
        this.records = records;
        this.batches = batches;
    }

    @GetMapping
    @Operation(operationId = "listConflicts",
            summary = "List conflicts, newest first", description = "For node, field and q, versions are read, of"
            + " 10,000 conflicts and for a second at most: a page may have fewer than its limit, or none, and yet a"
            + " \"next\".")
    @PageParameters
    @Parameter(name = "kind", in = ParameterIn.QUERY,
            schema = @Schema(allowableValues = {"episodes", "skills", "edges"}))
    @Parameter(name = "record", in = ParameterIn.QUERY, schema = @Schema(type = "string", format = "uuid"))
    @Parameter(name = "peer", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The id of the other node.")
    @Parameter(name = "strategy", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
    @Parameter(name = "outcome", in = ParameterIn.QUERY,
            schema = @Schema(allowableValues = {"open", "local", "remote", "merged", "superseded", "elsewhere"}))
    @Parameter(name = "state", in = ParameterIn.QUERY,
            schema = @Schema(allowableValues = {"open", "closed", "decided"}),
            description = "decided: a person has closed it.")
    @Parameter(name = "node", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The id of the node that wrote either version.")
    @Parameter(name = "field", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The versions differ in this field of the record, or in whether it is deleted.")
    @Parameter(name = "q", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "A field of either version contains this text, in upper or lower case.")
    @Parameter(name = "decidedBy", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The name of who has decided contains this text.")
    @Parameter(name = "since", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Detected at or after: ISO 8601 with an offset, seconds or milliseconds.")
    @Parameter(name = "until", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Detected before.")
    ListPage<ConflictRow> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        PageRequest asked = PageRequest.of(parameters);
        return archive.list(ConflictFilter.of(asked.filters()), asked.limit(),
                asked.cursor().map(ConflictArchive::after).orElse(null));
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getConflict", summary =
            "One conflict: both versions, where they differ, what came of it, and the record's present version")
    ConflictView get(@PathVariable long id) {
        return view(archive.find(id).orElseThrow(() -> new NotHere(ConflictRefused.unknown(id).getMessage())));
    }

    @PostMapping(path = "/{id}/resolution", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "resolveConflict", summary = "Decide a conflict",
            description = "\"pick\" is local, remote, merge, or record with the whole \"record\" or \"deleted\":"
            + " true. Of an open"
                    + " conflict this is the end; of a closed one it restores what was lost, once. It is a new"
                    + " version of the record and reaches"
                            + " every peer. 409 if the record has changed since, unless \"expected\" names its"
                            + " present version. Without \"by\", it is by who is signed in. \"batch\" of the answer"
                            + " takes it back: POST /conflicts/resolutions/{batch}/undo.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
    content = @Content(schema = @Schema(implementation = ResolutionBody.class)))
    @AnswersWith(409)
    ConflictView resolve(@PathVariable long id, @RequestBody ObjectNode body) {
        try {
            return view(batches.decide(id, ResolutionRequest.read(body).orBy(SignedIn.now().name())));
        } catch (ConflictRefused e) {
            throw switch (e.reason()) {
                case UNKNOWN -> new NotHere(e.getMessage());
                case RESOLVED -> Refusal.of(HttpStatus.CONFLICT, "already-resolved", e.getMessage());
                case SAME_RECORD, UNDONE -> throw new IllegalStateException("only of many at once", e);
                case STALE -> Refusal.of(HttpStatus.CONFLICT, "stale", e.getMessage(),
                        Map.of("current", e.current().orElseThrow()));
            };
        }
    }

    private ConflictView view(LoggedConflict conflict) {
        return ConflictView.of(conflict, records.find(conflict.kind(), conflict.record()),
                batches.batch(conflict.id()));
    }
}
