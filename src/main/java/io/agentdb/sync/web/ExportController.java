package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.Exporter;
import io.agentdb.sync.sqlite.NoRoomForExport;
import io.agentdb.sync.sqlite.SqliteExport;
import io.agentdb.sync.sqlite.SqliteExporter;
import io.agentdb.sync.web.openapi.Answers;
import io.agentdb.sync.web.problem.Refusal;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "transfer")
class ExportController {

    private static final String SQLITE = "application/vnd.sqlite3";

    /** Each holds a connection to the database for as long as its reader takes. */
    private final ConcurrencyLimit exports = new ConcurrencyLimit(2, "exports");
    private final Exporter exporter;
    private final SqliteExporter files;

    ExportController(Exporter exporter, SqliteExporter files) {
        this.exporter = exporter;
        this.files = files;
    }

    @Operation(operationId = "exportRecords", summary = "Export records as lines of JSON, or as a file of AgentDB's",
            description = "As of one moment, in a form that an import reads. An answer that breaks off is not"
            + " complete."
                    + " 429 while two are under way; a reader that takes less than 64 KiB within 10 s is cut off."
                    + " A SQLite file is one that AgentDB 1.6 and 3 open and search; the header Agentdb-Export"
                    + " says what is in it and whose its embeddings are. 507 if the node's disk has no room for it.",
            responses = @ApiResponse(responseCode = "200", content = {
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string")),
                @Content(mediaType = SQLITE, schema = @Schema(type = "string", format = "binary"))}))
    @GetMapping("/export")
    @Answers({429, 507})
    void export(@Parameter(description = "The kinds to export, with commas; all of them if it is not given.")
            @RequestParam(required = false) @Nullable List<String> kinds,
            @Parameter(description = "ndjson or sqlite.", schema = @Schema(allowableValues = {"ndjson", "sqlite"},
                    defaultValue = "ndjson"))
            @RequestParam(defaultValue = "ndjson") String format, HttpServletResponse response) throws IOException {
        List<Kind> chosen = kinds == null || kinds.contains("full") ? Kind.ALL : chosen(kinds);
        if (!format.equals("ndjson") && !format.equals("sqlite")) {
            throw new InvalidInput("format", "must be ndjson or sqlite"
                    + (format.length() < 60 ? ", but is " + format : ""));
        }
        try (ConcurrencyLimit.Taken place = exports.take()) {
            if (format.equals("sqlite")) {
                file(chosen, response);
                return;
            }
            response.setContentType("application/x-ndjson");
            exporter.ndjson(chosen, new BufferedOutputStream(new SteadyOutput(response.getOutputStream()), 64 << 10));
        }
    }

    private void file(List<Kind> kinds, HttpServletResponse response) throws IOException {
        try (SqliteExport export = files.export(kinds); InputStream in = export.open()) {
            response.setContentType(SQLITE);
            response.setContentLengthLong(export.bytes());
            response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"agentdb.db\"");
            response.setHeader("Agentdb-Export", export.summary());
            OutputStream out = new BufferedOutputStream(new SteadyOutput(response.getOutputStream()), 64 << 10);
            in.transferTo(out);
            out.flush();
        } catch (NoRoomForExport e) {
            throw Refusal.of(HttpStatus.INSUFFICIENT_STORAGE, "no-room-for-export", e.getMessage());
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
