package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.transfer.ImportFormat;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.Unpacked;
import io.agentdb.sync.web.transfer.ImportRecord;
import io.agentdb.sync.web.transfer.Imports;
import io.agentdb.sync.web.transfer.Imports.ImportSource;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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

    private final Imports imports;

    ImportController(Imports imports) {
        this.imports = imports;
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
            responses = {
                @ApiResponse(responseCode = "200", description = "All of it is in, or among the errors.",
                        content = @Content(mediaType = "application/json",
                                schema = @Schema(implementation = ImportReport.class))),
                @ApiResponse(responseCode = "202", description = "All of it has come, and is being imported.",
                        content = @Content(mediaType = "application/json",
                                schema = @Schema(implementation = ImportRecord.class)))},
            requestBody = @RequestBody(required = true, content = {
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string")),
                @Content(mediaType = "application/json", schema = @Schema(type = "string")),
                @Content(mediaType = "application/gzip", schema = @Schema(type = "string", format = "binary")),
                @Content(mediaType = "application/vnd.sqlite3", schema = @Schema(type = "string", format = "binary"))}))
    @PostMapping("/import")
    @AnswersWith({200, 202, 413, 415, 422, 429})
    ResponseEntity<?> load(HttpServletRequest request, @Parameter(
            description = "\"absent\": nothing is missing of a SQLite file in WAL"
                    + " mode that comes alone, since no program has it open and no -wal is beside it.") @RequestParam(
                            required = false) @Nullable String wal,
            @Parameter(description = "false, as Prefer: respond-async: 202 once all of it has come; GET /imports/{id}"
                    + " says how far it is.", schema = @Schema(type = "boolean", defaultValue = "true"))
            @RequestParam(required = false) @Nullable String wait)
            throws IOException, HttpMediaTypeNotSupportedException {
        if (wal != null && !wal.equals("absent")) {
            throw new InvalidInput("wal", "must be absent, which says that nothing is missing of a file in WAL mode");
        }
        if (wait != null && !wait.equals("true") && !wait.equals("false")) {
            throw new InvalidInput("wait", "must be true or false");
        }
        MediaType type = type(request.getContentType());
        coding(request.getHeader(HttpHeaders.CONTENT_ENCODING));
        PushbackInputStream body = Unpacked.of(request.getInputStream(), LOOK_AHEAD);
        ImportFormat format = format(Unpacked.peek(body, LOOK_AHEAD), type);
        ImportSource sent = new ImportSource("", SignedIn.now().name(), format, wal != null,
                request.getContentLengthLong());
        boolean preferred = Collections.list(request.getHeaders("Prefer")).stream()
                .anyMatch(one -> one.toLowerCase(Locale.ROOT).contains("respond-async"));
        return wait == null ? answer(body, sent, preferred) : answer(body, sent, wait.equals("false"));
    }

    private ResponseEntity<?> answer(InputStream body, ImportSource sent, boolean later) throws IOException {
        if (later) {
            ImportRecord begun = imports.start(body, sent);
            return ResponseEntity.accepted().location(URI.create("/imports/" + begun.id())).body(begun);
        }
        ImportReport report = imports.make(body, sent);
        if (report.nothingGood()) {
            throw Refusal.of(HttpStatus.UNPROCESSABLE_CONTENT, "nothing-imported", Imports.nothingGood(report),
                    Map.of("report", report));
        }
        return ResponseEntity.ok(report);
    }

    /** By its first bytes; the type says what they do not. */
    private static ImportFormat format(byte[] start, MediaType type) throws HttpMediaTypeNotSupportedException {
        ImportFormat format = ImportFormat.of(start);
        if (format == ImportFormat.SQLITE || type.equalsTypeAndSubtype(SQLITE)) {
            return ImportFormat.SQLITE;
        }
        char first = ImportFormat.first(start);
        boolean json = first == '{' || first == '[';
        if (ACCEPTED.stream().noneMatch(type::equalsTypeAndSubtype) && !(json && type.equalsTypeAndSubtype(FORM))) {
            throw new HttpMediaTypeNotSupportedException(type, ACCEPTED);
        }
        return !json && type.equalsTypeAndSubtype(MediaType.APPLICATION_OCTET_STREAM) ? ImportFormat.SQLITE : format;
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
}
