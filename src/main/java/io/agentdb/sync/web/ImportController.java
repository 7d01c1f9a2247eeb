package io.agentdb.sync.web;

import io.agentdb.sync.memory.ImportReport;
import io.agentdb.sync.memory.Importer;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "transfer", description = "All records at once, in and out.")
class ImportController {

    private static final MediaType LINES = new MediaType("application", "x-ndjson");
    private static final MediaType SQLITE = new MediaType("application", "vnd.sqlite3");
    private static final List<MediaType> ACCEPTED =
            List.of(LINES, MediaType.TEXT_PLAIN, SQLITE, MediaType.APPLICATION_OCTET_STREAM);

    private final Importer importer;

    ImportController(Importer importer) {
        this.importer = importer;
    }

    @Operation(summary = "Import lines of JSON or an AgentDB database file",
            description = "NDJSON: each line an object with a field \"kind\"; it takes the place of the record of its identity. A"
                    + " SQLite file of AgentDB's: records that are here, or were deleted here, stay as they are. Bad rows fail"
                    + " alone and are in the answer; importing the same again changes nothing.",
            requestBody = @RequestBody(required = true, content = {
                @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string")),
                @Content(mediaType = "application/vnd.sqlite3", schema = @Schema(type = "string", format = "binary"))}))
    @PostMapping("/import")
    ImportReport load(HttpServletRequest request) throws IOException, HttpMediaTypeNotSupportedException {
        InputStream body = request.getInputStream();
        byte[] start = body.readNBytes(Importer.MAGIC_LENGTH);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), body);
        MediaType type = request.getContentType() == null
                ? MediaType.APPLICATION_OCTET_STREAM : MediaType.parseMediaType(request.getContentType());
        if (Importer.isSqlite(start) || type.equalsTypeAndSubtype(SQLITE)
                || type.equalsTypeAndSubtype(MediaType.APPLICATION_OCTET_STREAM)) {
            return file(whole);
        }
        if (ACCEPTED.stream().noneMatch(type::equalsTypeAndSubtype)) {
            throw new HttpMediaTypeNotSupportedException(type, ACCEPTED);
        }
        return importer.ndjson(whole);
    }

    /** A temporary file is for its owner only; it holds somebody's memory. */
    private ImportReport file(InputStream body) throws IOException {
        Path file = Files.createTempFile("agentdb-import-", ".sqlite");
        try {
            try (var out = Files.newOutputStream(file)) {
                body.transferTo(out);
            }
            return importer.sqlite(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
