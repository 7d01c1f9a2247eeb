package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.Exporter;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "transfer")
class ExportController {

    /** Each holds a connection to the database for as long as its reader takes. */
    private final ConcurrencyLimit exports = new ConcurrencyLimit(2, "exports");
    private final Exporter exporter;

    ExportController(Exporter exporter) {
        this.exporter = exporter;
    }

    @Operation(summary = "Export records as lines of JSON",
            description = "As of one moment, in the form that an import reads. An answer that breaks off is not"
            + " complete."
                    + " 429 while two are under way; a reader that takes less than 64 KiB within 10 s is cut off.",
            responses = @ApiResponse(responseCode = "200",
                    content = @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string"))))
    @GetMapping("/export")
    void export(@Parameter(description = "The kinds to export, with commas; all of them if it is not given.")
            @RequestParam(required = false) @Nullable List<String> kinds, HttpServletResponse response)
            throws IOException {
        List<Kind> chosen = kinds == null || kinds.contains("full") ? Kind.ALL : chosen(kinds);
        try (ConcurrencyLimit.Taken place = exports.take()) {
            response.setContentType("application/x-ndjson");
            exporter.ndjson(chosen, new BufferedOutputStream(new SteadyOutput(response.getOutputStream()), 64 << 10));
        }
    }

    private static List<Kind> chosen(List<String> names) {
        List<Kind> kinds = new ArrayList<>();
        for (String name : names) {
            kinds.add(Kind.named(name).orElseThrow(
                    () -> new InvalidInput("kinds", "must be of " + Kind.ALL
                            + (name.length() < 60 ? ", but has " + name : ""))));
        }
        return kinds;
    }
}
