package io.agentdb.sync.web.openapi;

import io.agentdb.sync.web.problem.Problems;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpHeaders;

/** Every failure, as RFC 9457 has it, with the members that ours have besides. */
final class ProblemModel {

    static final String NAME = "Problem";

    private static final String SCHEMAS = Components.COMPONENTS_SCHEMAS_REF;
    private static final Map<Integer, String> FAILURES = new TreeMap<>(Map.ofEntries(
            Map.entry(400, "What was asked for is not valid: detail and errors say what. Nothing was done."),
            Map.entry(401, "No login, or a wrong one."),
            Map.entry(403, "A viewer may only read; pages of other origins may nothing."),
            Map.entry(404, "There is none of that name."),
            Map.entry(409, "It is another one than was thought, or cannot be done as things stand: detail says why."),
            Map.entry(413, "The body is too large."),
            Map.entry(415, "The body is of a type that is not taken."),
            Map.entry(422, "Nothing of it can be stored."),
            Map.entry(429, "As many of these are under way as are served at once, or logins have failed too often."),
            Map.entry(500, "This should not have happened; the log says more about its incident."),
            Map.entry(502, "The other node failed."),
            Map.entry(503, "The database cannot be reached, or the node is too busy."),
            Map.entry(507, "A disk is full.")));

    private ProblemModel() {
    }

    /** The name of the answer with that status. */
    static String response(int status) {
        if (!FAILURES.containsKey(status)) {
            throw new IllegalArgumentException("what does " + status + " mean?");
        }
        return "Problem" + status;
    }

    static void addTo(Components components) {
        components.addSchemas(NAME, schema());
        FAILURES.forEach((status, meaning) -> {
            ApiResponse answer = new ApiResponse().description(meaning).content(new Content().addMediaType(
                    Problems.TYPE, new MediaType().schema(new Schema<>().$ref(SCHEMAS + NAME))));
            if (status == 429 || status == 503) {
                answer.addHeaderObject(HttpHeaders.RETRY_AFTER, new Header().description("Seconds; often there.")
                        .schema(new IntegerSchema()));
            }
            components.addResponses(response(status), answer);
        });
    }

    private static Schema<?> schema() {
        ObjectSchema problem = new ObjectSchema();
        problem.setRequired(List.of("type", "title", "status", "detail"));
        return problem.description("A failure (RFC 9457).")
                .addProperty("type", text("A name that stays: urn:agentdb:problem:…").format("uri"))
                .addProperty("title", text("The type in a few words."))
                .addProperty("status", new IntegerSchema().description("The answer's status."))
                .addProperty("detail", text("What happened, and what to do."))
                .addProperty("instance", text("The path that was asked for.").format("uri-reference"))
                .addProperty("errors", new ArraySchema().items(new Schema<>().$ref(SCHEMAS + "Flaw"))
                        .description("What is wrong with the request, field by field."))
                .addProperty("line", new IntegerSchema().description("Where the body stops to be JSON."))
                .addProperty("column", new IntegerSchema().description("Where in that line."))
                .addProperty("incident", text("Under which the log says more."))
                .addProperty("current", text("Of a stale decision, the record's present version."))
                .addProperty("report", new Schema<>().$ref(SCHEMAS + "ImportReport"))
                .addProperty("runs", new ArraySchema().items(new Schema<>().$ref(SCHEMAS + "RunView")));
    }

    private static Schema<?> text(String meaning) {
        return new StringSchema().description(meaning);
    }
}
