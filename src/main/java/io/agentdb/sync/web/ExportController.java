package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.transfer.Exports;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "transfer")
class ExportController {

    private final Exports exports;

    ExportController(Exports exports) {
        this.exports = exports;
    }

    @Operation(operationId = "exportRecords", summary = "Export records as lines of JSON, or as a file of AgentDB's",
            description = "All of them, or those that a search finds. As of one moment, in a form that an import"
                    + " reads. An answer that breaks off is not complete."
                    + " 429 while two are under way; a reader that takes less than 64 KiB within 10 s is cut off."
                    + " A SQLite file is one that AgentDB 1.6 and 3 open and search; the header Agentdb-Export"
                    + " says what is in it and whose its embeddings are. 507 if the node's disk has no room for it.",
            responses = @ApiResponse(responseCode = "200", content = {
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string")),
                @Content(mediaType = Exports.SQLITE, schema = @Schema(type = "string", format = "binary"))}))
    @Parameter(name = "kinds", in = ParameterIn.QUERY, description = "The kinds to export, with commas; if it is not"
            + " given, all that have the filters.", explode = Explode.FALSE,
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(name = "format", in = ParameterIn.QUERY, description = "ndjson or sqlite.",
            schema = @Schema(allowableValues = {"ndjson", "sqlite"}, defaultValue = "ndjson"))
    @Parameter(name = "q", in = ParameterIn.QUERY, description = "Words: what GET /search finds by them, on all of its"
            + " pages; with match, by, minSimilarity and node as there.", schema = @Schema(type = "string"))
    @Parameter(name = "sessionId", in = ParameterIn.QUERY, schema = @Schema(type = "string"),
            description = "And the other filters of the kinds' lists, with words or without.")
    @GetMapping("/export")
    @AnswersWith({429, 507})
    void export(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters,
            HttpServletResponse response) throws IOException {
        Map<String, List<String>> asked = new LinkedHashMap<>(parameters);
        List<String> kinds = asked.remove("kinds");
        List<String> format = asked.remove("format");
        if (format != null && format.size() != 1) {
            throw new InvalidInput("format", "is given " + format.size() + " times");
        }
        if (asked.containsKey("kind")) {
            // As in searches, which take one: told that it is no filter, nobody would look for another letter.
            throw new InvalidInput("kind", "is not known here; did you mean 'kinds'?");
        }
        exports.write(kinds == null ? List.of() : chosen(kinds), asked, format == null ? "ndjson" : format.get(0), null,
                response);
    }

    private static List<Kind> chosen(List<String> names) {
        List<Kind> kinds = new ArrayList<>();
        for (String name : names.stream().flatMap(some -> Stream.of(some.split(",", -1))).toList()) {
            if (name.equals("full")) {
                return Kind.ALL;
            }
            kinds.add(Kind.named(name).orElseThrow(
                    () -> new InvalidInput("kinds", "must be of " + Kind.ALL
                            + (name.length() < 60 ? ", but has " + name : ""))));
        }
        return kinds;
    }
}
