package io.agentdb.sync.web;

import io.agentdb.sync.memory.Edge;
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
@RequestMapping("/edges")
@Tag(name = "edges",
        description = "Links between skills, and causal edges. Ends may be given as UUIDs or as skills' names.")
class EdgesController extends MemoryController<Edge> {

    EdgesController(MemoryStore store) {
        super(store, Shape.EDGES);
    }

    @Operation(operationId = "listEdges", summary = "List edges")
    @PageParameters
    @Parameter(name = "from", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "A UUID or a skill's name.")
    @Parameter(name = "to", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "A UUID or a skill's name.")
    @Parameter(name = "relationship", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
    @GetMapping
    ListPage<Edge> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        return page(parameters);
    }
}
