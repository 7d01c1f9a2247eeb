package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.review.conflict.ConflictArchive;
import io.agentdb.sync.review.conflict.ConflictFilter;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.review.conflict.FormerVersions;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.ui.picture.Neighbourhoods;
import io.agentdb.sync.ui.words.FieldText;
import io.agentdb.sync.ui.words.Wording;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.web.problem.NotHere;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** One record: what it holds, who wrote it, what it belongs to. */
@Controller
class RecordPages {

    /**
     * A field.
     *
     * @param shown its text, in which nothing is hidden; the beginning alone of a long one
     * @param size of all of it
     * @param cut whether there is more
     * @param downloaded whether the rest is more than a page shows
     */
    public record FieldView(String name, String shown, String size, boolean cut, boolean downloaded) { }

    private static final int FIRST = 4_000;
    private static final int MOST = 400_000;
    private static final int CONFLICTS = 20;

    private final RevisionEditor records;
    private final ConflictArchive conflicts;
    private final FormerVersions versions;
    private final Neighbourhoods neighbourhoods;

    RecordPages(RevisionEditor records, ConflictArchive conflicts, FormerVersions versions,
            Neighbourhoods neighbourhoods) {
        this.records = records;
        this.conflicts = conflicts;
        this.versions = versions;
        this.neighbourhoods = neighbourhoods;
    }

    @GetMapping("/ui/memory/{kind}/{id}")
    String one(@PathVariable String kind, @PathVariable UUID id, @RequestParam(required = false) @Nullable String whole,
            Model model) {
        Revision record = find(kind, id);
        List<FieldView> fields = new ArrayList<>();
        for (int i = 0; i < record.kind().columns().size(); i++) {
            Column column = record.kind().columns().get(i);
            String text = FieldText.of(column, record.fields().get(i));
            if (!text.isEmpty()) {
                fields.add(view(Shape.field(column), text, Shape.field(column).equals(whole)));
            }
        }
        model.addAllAttributes(Map.of("active", "memory", "kind", record.kind(), "id", id, "fields", fields, "title",
                title(record), "origin", record.version().dot().actor().nodeId().name(), "writtenAt",
                Hlc.instant(record.version().hlc()), "version", ConflictResolution.name(record), "context",
                record.version().context().counters()));
        model.addAttribute("versions", versions.of(record.kind(), id).items());
        model.addAttribute("neighbours", neighbourhoods.of(record.kind(), id, title(record))).addAttribute("conflicts",
                conflicts.list(ConflictFilter.of(Map.of("record", List.of(id.toString()))), CONFLICTS, null).items());
        return "ui/record";
    }

    /** As a file: a browser neither runs it nor chokes on it. */
    @GetMapping("/ui/memory/{kind}/{id}/{field}.txt")
    ResponseEntity<byte[]> download(@PathVariable String kind, @PathVariable UUID id, @PathVariable String field) {
        Revision record = find(kind, id);
        for (int i = 0; i < record.kind().columns().size(); i++) {
            Column column = record.kind().columns().get(i);
            if (Shape.field(column).equals(field)) {
                return ResponseEntity.ok().contentType(new MediaType("text", "plain", StandardCharsets.UTF_8))
                        .header(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment()
                                .filename(id + "-" + field + ".txt").build().toString())
                        .body(FieldText.of(column, record.fields().get(i)).getBytes(StandardCharsets.UTF_8));
            }
        }
        throw new NotHere("The " + kind + " have no field of that name.");
    }

    Revision find(String kind, UUID id) {
        return Kind.named(kind).flatMap(known -> records.find(known, id)).filter(one -> !one.deleted())
                .orElseThrow(() -> new NotHere("There is no " + id + " among the " + Wording.cut(kind, 20)
                        + ". It may have been deleted, here or on another node."));
    }

    static String title(Revision record) {
        String column = record.kind() == Kind.EPISODES ? "task" : record.kind() == Kind.SKILLS ? "name"
                : "relationship";
        return Wording.cut(Objects.toString(record.fields().get(record.kind().indexOf(column)), ""), 80);
    }

    private static FieldView view(String name, String text, boolean whole) {
        int most = whole ? MOST : FIRST;
        boolean cut = text.length() > most;
        // Not between the two halves of a character.
        int end = cut && Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return new FieldView(name, Wording.shown(cut ? text.substring(0, end) : text), Wording.size(text), cut,
                text.length() > MOST);
    }
}
