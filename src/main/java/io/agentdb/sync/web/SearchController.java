package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.listing.PageRequest;
import io.agentdb.sync.search.MemorySearch;
import io.agentdb.sync.search.SearchPage;
import io.agentdb.sync.search.SearchQuery;
import io.agentdb.sync.search.SearchesUnderWay;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.SearchParameters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "search", description = "Records by their words and by what they mean.")
class SearchController {

    private static final int DEFAULT_LIMIT = 20;
    private static final int RETRY_SECONDS = 10;

    private final MemorySearch memory;

    SearchController(MemorySearch memory) {
        this.memory = memory;
    }

    @Operation(operationId = "searchMemory",
            summary = "Find episodes and skills by their words and by what they mean, the best first",
            description = "\"exact words\" for a phrase, or between two words, - before one that must not be there."
                    + " What was committed before is found. Where truncated is true, more records have the words than"
                    + " were ranked, and the newest of them were; behind says how many were not looked through yet. The"
                    + " excerpt is plain text of whoever wrote the record. Where meaning is not ready, records were"
                    + " found by their words alone; unembedded says of how many the meaning is not known yet, and by of"
                    + " a hit in which ways it was found.")
    @Parameter(name = "q", in = ParameterIn.QUERY, required = true, description = "The words.",
            schema = @Schema(type = "string", maxLength = SearchQuery.LONGEST))
    @Parameter(name = "match", in = ParameterIn.QUERY, description = "all: the records that have all of the words;"
            + " any: those that have one of them, rare words counting more, for whole sentences.",
            schema = @Schema(allowableValues = {"all", "any"}, defaultValue = "all"))
    @Parameter(name = "by", in = ParameterIn.QUERY, description = "words: what has the words alone; meaning: what means"
            + " the same, in whichever words; both: what the node can.",
            schema = @Schema(allowableValues = {"both", "words", "meaning"}, defaultValue = "both"))
    @Parameter(name = "minSimilarity", in = ParameterIn.QUERY, description = "How near, as a cosine, the meaning must"
            + " be of what is found by it.",
            schema = @Schema(type = "number", minimum = "-1", maximum = "1", defaultValue = "0.2"))
    @Parameter(name = "kind", in = ParameterIn.QUERY, description = "episodes, skills, or both with a comma; those"
            + " that have all of the filters if it is not given.", schema = @Schema(type = "string"))
    @Parameter(name = "node", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "The node that wrote the newest version, as \"origin\" says it.")
    @Parameter(name = "sessionId", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "And the other filters of GET /episodes and GET /skills.")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "Hits per page, from 1 to 100.",
            schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
    @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "\"next\" of the page before.",
            schema = @Schema(type = "string"))
    @GetMapping("/search")
    @AnswersWith(429)
    SearchPage search(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        PageRequest asked = PageRequest.of(parameters, DEFAULT_LIMIT, SearchQuery.MOST);
        Map<String, List<String>> filters = new LinkedHashMap<>(asked.filters());
        List<String> kinds = filters.remove("kind");
        try {
            return memory.find(SearchParameters.query(filters, kinds == null ? Set.of() : kinds(kinds), asked.limit(),
                    asked.cursor().orElse(null)));
        } catch (SearchesUnderWay e) {
            throw Refusal.later(HttpStatus.TOO_MANY_REQUESTS, "too-many-at-once", e.getMessage(), RETRY_SECONDS);
        }
    }

    private static Set<Kind> kinds(List<String> given) {
        return given.stream().flatMap(some -> List.of(some.split(",", -1)).stream()).map(name -> Kind.named(name)
                .orElseThrow(() -> new InvalidInput("kind", "must be of " + SearchQuery.KINDS + ", but has "
                        + SafeText.quoted(name)))).collect(Collectors.toSet());
    }
}
