package io.agentdb.sync.web;

import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.web.request.PageParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/episodes")
@Tag(name = "episodes", description = "What the agent tried, and what came of it.")
class EpisodesController extends MemoryController<Episode> {

    EpisodesController(MemoryStore store) {
        super(store, Shape.EPISODES);
    }

    @Operation(operationId = "listEpisodes", summary = "List episodes, newest first")
    @PageParameters
    @Parameter(name = "sessionId", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
    @Parameter(name = "success", in = ParameterIn.QUERY, schema = @Schema(type = "boolean"))
    @Parameter(name = "tags", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Has all of these tags: repeated, with commas, or a JSON array.")
    @Parameter(name = "minReward", in = ParameterIn.QUERY, schema = @Schema(type = "number"))
    @Parameter(name = "since", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Happened at or after: ISO 8601 with an offset, seconds or milliseconds.")
    @Parameter(name = "until", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Happened before.")
    @Parameter(name = "task", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The task contains this text, in upper or lower case.")
    @GetMapping
    ListPage<Episode> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        return page(parameters);
    }
}
