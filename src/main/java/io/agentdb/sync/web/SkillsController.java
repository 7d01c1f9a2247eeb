package io.agentdb.sync.web;

import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
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
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/skills")
@Tag(name = "skills", description = "What the agent has learned to do. A skill's name is its identity.")
class SkillsController extends MemoryController<Skill> {

    SkillsController(MemoryStore store) {
        super(store, Shape.SKILLS);
    }

    @Operation(operationId = "listSkills", summary = "List skills by name")
    @PageParameters
    @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The exact name.")
    @Parameter(name = "tags", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "Has all of these tags: repeated, with commas, or a JSON array.")
    @Parameter(name = "minSuccessRate", in = ParameterIn.QUERY, schema = @Schema(type = "number"))
    @GetMapping
    ListPage<Skill> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        return page(parameters);
    }

    @Operation(operationId = "getSkillByName", summary = "Get a skill by its name", description =
            "A name with a slash in it cannot stand in a path: GET /skills?name=.")
    @GetMapping("/by-name/{name}")
    Skill byName(@PathVariable String name) {
        return get(Identity.skill(name));
    }
}
