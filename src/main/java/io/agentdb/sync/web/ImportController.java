package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.web.openapi.Answers;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.request.Unpacked;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "transfer", description = "All records at once, in and out.")
class ImportController {

    private static final MediaType SQLITE = new MediaType("application", "vnd.sqlite3");
    private static final MediaType FORM = MediaType.APPLICATION_FORM_URLENCODED;
    private static final List<MediaType> ACCEPTED = List.of(
            new MediaType("application", "x-ndjson"), MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN, SQLITE,
            MediaType.APPLICATION_OCTET_STREAM, new MediaType("application", "gzip"),
                    new MediaType("application", "x-gzip"));
    private static final int LOOK_AHEAD = 4 << 10;

    /** Each holds a line of at most 8 MiB, and a batch of such, in memory. */
    private final ConcurrencyLimit imports = new ConcurrencyLimit(
            (int) Math.max(2, Math.min(16, Runtime.getRuntime().maxMemory() >> 27)), "imports");
    private final Importer importer;

    ImportController(Importer importer) {
        this.importer = importer;
    }

    @Operation(operationId = "importRecords",
            summary = "Import lines of JSON, AgentDB's export, or an AgentDB database file",
            description = "Known by its first bytes, also in gzip. NDJSON, or one array: each an object with a field"
            + " \"kind\"; it takes the"
                    + " place of the record of its identity. AgentDB's export (rows without \"kind\") and SQLite"
                    + " files: records that are here,"
                    + " or were deleted here, stay as they are. Bad rows fail alone and are in the answer; 422 if"
                    + " nothing was good."
                    + " Importing the same again changes nothing. AgentDB's episodes have no id but their row's"
                    + " number: with its"
                    + " times, session and task it makes the id, so that a copy of a file has the same records, and"
                    + " rows that were" + " numbered anew are others.",
            requestBody = @RequestBody(required = true, content = {
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string")),
                @Content(mediaType = "application/json", schema = @Schema(type = "string")),
                @Content(mediaType = "application/gzip", schema = @Schema(type = "string", format = "binary")),
                @Content(mediaType = "application/vnd.sqlite3", schema = @Schema(type = "string", format = "binary"))}))
    @PostMapping("/import")
    @Answers({413, 415, 422, 429})
    ImportReport load(HttpServletRequest request, @Parameter(
            description = "\"absent\": nothing is missing of a SQLite file in WAL"
                    + " mode that comes alone, since no program has it open and no -wal is beside it.") @RequestParam(
                            required = false) @Nullable String wal)
            throws IOException, HttpMediaTypeNotSupportedException {
        if (wal != null && !wal.equals("absent")) {
            throw new InvalidInput("wal", "must be absent, which says that nothing is missing of a file in WAL mode");
        }
        try (ConcurrencyLimit.Taken place = imports.take()) {
            return load(request, wal != null);
        }
    }

    private ImportReport load(HttpServletRequest request, boolean complete)
            throws IOException, HttpMediaTypeNotSupportedException {
        MediaType type = type(request.getContentType());
        coding(request.getHeader(HttpHeaders.CONTENT_ENCODING));
        PushbackInputStream body = Unpacked.of(request.getInputStream(), LOOK_AHEAD);
        ImportReport report = read(body, type, complete);
        if (report.nothingGood()) {
            throw Refusal.of(HttpStatus.UNPROCESSABLE_CONTENT, "nothing-imported",
                    "Nothing was good enough to be imported: " + report.errorCount() + " errors, the first: "
                            + report.errors().get(0).error(), Map.of("report", report));
        }
        return report;
    }

    private ImportReport read(PushbackInputStream body, MediaType type, boolean complete)
            throws IOException, HttpMediaTypeNotSupportedException {
        byte[] start = Unpacked.peek(body, LOOK_AHEAD);
        if (Importer.isSqlite(Arrays.copyOf(start, Importer.MAGIC_LENGTH)) || type.equalsTypeAndSubtype(SQLITE)) {
            return file(body, complete);
        }
        char first = first(start);
        boolean json = first == '{' || first == '[';
        if (ACCEPTED.stream().noneMatch(type::equalsTypeAndSubtype) && !(json && type.equalsTypeAndSubtype(FORM))) {
            throw new HttpMediaTypeNotSupportedException(type, ACCEPTED);
        }
        if (!json && type.equalsTypeAndSubtype(MediaType.APPLICATION_OCTET_STREAM)) {
            return file(body, complete);
        }
        return first == '[' ? importer.array(body) : importer.ndjson(body);
    }

    private static MediaType type(@Nullable String given) {
        try {
            return given == null ? MediaType.APPLICATION_OCTET_STREAM : MediaType.parseMediaType(given);
        } catch (InvalidMediaTypeException e) {
            throw Refusal.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type",
                    "The Content-Type is missing, or is no type of content; taken are " + MediaType.toString(ACCEPTED)
                            + ".");
        }
    }

    /** Gzip is seen in the body itself. */
    private static void coding(@Nullable String given) {
        if (given != null && !given.strip().matches("(?i)(x-)?gzip|identity")) {
            throw Refusal.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type",
                    "Of Content-Encoding, gzip and identity are taken.");
        }
    }

    /** The first character that is not blank, behind a byte order mark; 0 if there is none. */
    private static char first(byte[] start) {
        return (char) new String(start, StandardCharsets.UTF_8).chars().filter(c -> c > ' ' && c != '\ufeff')
                .findFirst().orElse(0);
    }

    /** A temporary file is for its owner only; it holds somebody's memory. */
    private ImportReport file(InputStream body, boolean complete) throws IOException {
        Path file = Files.createTempFile("agentdb-import-" + ProcessHandle.current().pid() + "-", ".sqlite");
        try {
            try (var out = Files.newOutputStream(file)) {
                body.transferTo(out);
            }
            return importer.sqlite(file, complete);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
