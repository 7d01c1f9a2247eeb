package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.PageFailures;
import io.agentdb.sync.ui.Visitor;
import io.agentdb.sync.ui.words.ConflictDesk;
import io.agentdb.sync.ui.words.FieldText;
import io.agentdb.sync.web.access.PageAccess;
import io.agentdb.sync.web.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Changing and deleting a record, and taking it back. */
@Controller
class RecordForms {

    /** A field to fill in; {@code lines} of an entry field that has more than one. */
    public record FormField(String name, String text, int lines) { }

    private final RecordPages pages;
    private final RecordChanges changes;
    private final PageAccess access;

    RecordForms(RecordPages pages, RecordChanges changes, PageAccess access) {
        this.pages = pages;
        this.changes = changes;
        this.access = access;
    }

    @GetMapping("/ui/memory/{kind}/{id}/edit")
    String form(@PathVariable String kind, @PathVariable UUID id, Model model) {
        return show(pages.find(kind, id), new Form(Map.of()), null, model);
    }

    @PostMapping("/ui/memory/{kind}/{id}/edit")
    String edit(@PathVariable String kind, @PathVariable UUID id, Form form, HttpServletRequest request,
            HttpServletResponse response, Model model) {
        Revision record = pages.find(kind, id);
        try {
            UUID undo = changes.edit(record.kind(), id, form, who(request));
            return done(model, "The record is changed, and will be on every node.", undo, record);
        } catch (InvalidInput e) {
            response.setStatus(400);
            return show(record, form, "Nothing was changed: " + String.join("; ", PageFailures.flaws(e)), model);
        } catch (Refusal e) {
            response.setStatus(e.getStatusCode().value());
            return show(pages.find(kind, id), form, e.getBody().getDetail() + " What you wrote is still here.", model);
        }
    }

    @PostMapping("/ui/memory/{kind}/{id}/delete")
    String delete(@PathVariable String kind, @PathVariable UUID id, Form form, HttpServletRequest request,
            Model model) {
        Revision record = pages.find(kind, id);
        UUID undo = changes.delete(record.kind(), id, form.text("expected"), who(request));
        return done(model, "“" + RecordPages.title(record) + "” is deleted, here and soon on every node.", undo,
                record);
    }

    @PostMapping("/ui/memory/undo/{undo}")
    String undo(@PathVariable UUID undo) {
        Revision record = changes.takeBack(undo);
        return "redirect:/ui/memory/" + record.kind().name() + "/" + record.id();
    }

    private String who(HttpServletRequest request) {
        return Visitor.of(request, access.open()).name();
    }

    private static String done(Model model, String words, UUID undo, Revision record) {
        model.addAllAttributes(Map.of("active", "memory", "words", words, "undo", undo, "kind", record.kind().name(),
                "id", record.id()));
        return "ui/changed";
    }

    private static String show(Revision record, Form input, @Nullable String refused, Model model) {
        List<FormField> fields = new ArrayList<>();
        List<String> fixed = new ArrayList<>();
        for (int i = 0; i < record.kind().columns().size(); i++) {
            Column column = record.kind().columns().get(i);
            String name = Shape.field(column);
            String text = FieldText.of(column, record.fields().get(i));
            if (column.merging() == Merging.IDENTITY || text.length() > ConflictDesk.EDITABLE
                    || column.merging() == Merging.LATEST || column.merging() == Merging.EARLIEST) {
                fixed.add(name);
            } else {
                String given = input.fields().containsKey("v." + name) ? input.text("v." + name) : text;
                boolean multi = column.type() == Column.Type.TEXT || column.type() == Column.Type.JSON
                        || column.type() == Column.Type.TEXT_ARRAY;
                fields.add(new FormField(name, given, multi
                        ? (int) Math.min(14, Math.max(2, given.lines().count() + given.length() / 90)) : 1));
            }
        }
        model.addAllAttributes(Map.of("active", "memory", "kind", record.kind().name(), "id", record.id(), "title",
                RecordPages.title(record), "fields", fields, "fixed", fixed, "expected",
                ConflictResolution.name(record)));
        model.addAttribute("refused", refused);
        return "ui/edit";
    }
}
