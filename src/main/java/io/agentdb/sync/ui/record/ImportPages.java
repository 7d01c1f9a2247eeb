package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.ImportFormat;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.ui.Visitor;
import io.agentdb.sync.ui.words.Wording;
import io.agentdb.sync.web.access.PageAccess;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.Unpacked;
import io.agentdb.sync.web.transfer.ImportRecord;
import io.agentdb.sync.web.transfer.Imports;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Controller;
import org.springframework.transaction.TransactionException;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Records from a file: sending it, seeing how far it is, what was wrong with which line, what is here now. */
@Controller
class ImportPages {

    /** A record that has come. */
    public record Brought(String kind, UUID id, String title) { }

    private static final int LOOK_AHEAD = 4 << 10;
    private static final int SHOWN = 20;
    private static final int ERRORS = 100;

    private final Imports imports;
    private final RevisionEditor records;
    private final PageAccess access;

    ImportPages(Imports imports, RevisionEditor records, PageAccess access) {
        this.imports = imports;
        this.records = records;
        this.access = access;
    }

    @GetMapping("/ui/memory/imports")
    String list(Model model) {
        model.addAllAttributes(Map.of("active", "memory", "imports", imports.newest(SHOWN)));
        try {
            model.addAttribute("room", imports.room());
        } catch (Refusal e) {
            // What was imported is shown all the same.
            model.addAttribute("noRoom", e.getBody().getDetail());
        }
        return "ui/imports";
    }

    @PostMapping("/ui/memory/imports")
    String send(HttpServletRequest request) throws IOException {
        UploadedFile file = UploadedFile.of(request);
        try (InputStream content = file.content()) {
            PushbackInputStream body = Unpacked.of(content, LOOK_AHEAD);
            ImportRecord begun = imports.start(body, new Imports.ImportSource(file.name(), who(request),
                    ImportFormat.of(Unpacked.peek(body, LOOK_AHEAD)), file.fields().containsKey("complete"),
                    request.getContentLengthLong()));
            return "redirect:/ui/memory/imports/" + begun.id();
        }
    }

    @GetMapping("/ui/memory/imports/{id}")
    String one(@PathVariable UUID id, Model model) {
        fill(find(id), model);
        return "ui/import";
    }

    /** The part that is asked for each second while it goes on. */
    @GetMapping("/ui/parts/imports/{id}")
    String part(@PathVariable UUID id, Model model) {
        try {
            fill(find(id), model);
        } catch (DataAccessException | TransactionException e) {
            // Not a note each second.
            model.addAttribute("id", id).addAttribute("one", null).addAttribute("why", DatabaseFailure.words(e));
        }
        return "ui/import :: import";
    }

    @PostMapping("/ui/memory/imports/{id}/cancel")
    String cancel(@PathVariable UUID id, HttpServletRequest request) {
        find(id);
        imports.cancel(id, who(request));
        return "redirect:/ui/memory/imports/" + id;
    }

    private ImportRecord find(UUID id) {
        return imports.find(id).orElseThrow(() -> new NotHere("There is no import " + id
                + ". The last 200 are kept."));
    }

    private void fill(ImportRecord one, Model model) {
        ImportReport report = one.report();
        model.addAllAttributes(Map.of("active", "memory", "id", one.id(), "title",
                "Import " + Wording.cut(one.source(), 80), "one", one, "errors", report == null
                ? List.of() : report.withErrors(ERRORS).errors(), "leftOut", report == null ? List.of()
                : leftOut(report), "brought", one.running() ? List.of() : brought(report)));
    }

    private static List<String> leftOut(ImportReport report) {
        List<String> all = new ArrayList<>(report.notes() == null ? List.of() : report.notes());
        if (report.tablesSkipped() != null) {
            report.tablesSkipped().forEach((table, rows) -> all.add(table + ": " + Wording.count(rows, "row", "rows")
                    + " of a table that is not carried over"));
        }
        return all;
    }

    /** Those that are still here. */
    private List<Brought> brought(@Nullable ImportReport report) {
        return report == null || report.brought() == null ? List.of() : report.brought().entrySet().stream()
                .flatMap(some -> Kind.named(some.getKey()).stream().flatMap(kind -> some.getValue().stream()
                        .flatMap(id -> records.find(kind, id).stream()).filter(record -> !record.deleted())
                        .map(record -> new Brought(kind.name(), record.id(), RecordPages.title(record))))).toList();
    }

    private String who(HttpServletRequest request) {
        return Visitor.of(request, access.open()).name();
    }
}
