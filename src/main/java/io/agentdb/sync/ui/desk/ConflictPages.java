package io.agentdb.sync.ui.desk;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.review.conflict.BatchRequest.BatchPick;
import io.agentdb.sync.review.conflict.ConflictArchive;
import io.agentdb.sync.review.conflict.ConflictBatches;
import io.agentdb.sync.review.conflict.ConflictFilter;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.review.conflict.ConflictRow;
import io.agentdb.sync.review.conflict.ConflictSummaries;
import io.agentdb.sync.review.conflict.LoggedConflict;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.words.ConflictDesk;
import io.agentdb.sync.web.problem.NotHere;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** What two sides wrote without knowing of each other: the list, and one field by field. */
@Controller
class ConflictPages {

    private static final int ROWS = 25;
    /** What the address says, so that a link shows the same to everybody. */
    private static final List<String> FILTERS = List.of("outcome", "kind", "peer", "record", "q", "field", "node",
            "decidedBy");
    private static final Set<String> SELDOM = Set.of("field", "node", "decidedBy");

    private final ConflictArchive archive;
    private final ConflictSummaries summaries;
    private final ConflictBatches batches;
    private final RevisionEditor records;

    ConflictPages(ConflictArchive archive, ConflictSummaries summaries, ConflictBatches batches,
            RevisionEditor records) {
        this.archive = archive;
        this.summaries = summaries;
        this.batches = batches;
        this.records = records;
    }

    @GetMapping("/ui/conflicts")
    String list(@RequestParam MultiValueMap<String, String> asked, Model model) {
        Map<String, List<String>> filters = filters(asked);
        String cursor = asked.getFirst("cursor");
        ListPage<ConflictRow> page = archive.list(ConflictFilter.of(filters), ROWS,
                cursor == null ? null : ConflictArchive.after(cursor));
        model.addAllAttributes(Map.of("active", "conflicts", "page", page, "kinds", Kind.ALL, "query",
                query(filters, null, ""),
                "summaries", summaries.of(page.items().stream().map(ConflictRow::id).toList()),
                "outcome", filters.containsKey("outcome") ? filters.get("outcome").get(0) : "all", "narrowed",
                filters.keySet().stream().anyMatch(name -> !name.equals("outcome")), "more",
                filters.keySet().stream().anyMatch(SELDOM::contains)));
        decided(asked, model);
        FILTERS.stream().filter(name -> !name.equals("outcome"))
                .forEach(name -> model.addAttribute(name, asked.getFirst(name)));
        model.addAttribute("picks", Arrays.stream(BatchPick.values()).map(BatchPick::label).toList());
        model.addAttribute("next", page.next() == null ? null : query(filters, "cursor", page.next()));
        return "ui/conflicts";
    }

    @GetMapping("/ui/conflicts/{id}")
    String one(@PathVariable long id, @RequestParam MultiValueMap<String, String> asked, Model model) {
        decided(asked, model);
        model.addAttribute("undone", asked.containsKey("undone"));
        show(find(id), filters(asked), new Form(Map.of()), model);
        return "ui/conflict";
    }

    LoggedConflict find(long id) {
        return archive.find(id).orElseThrow(() -> new NotHere("There is no conflict " + id
                + ". It may be past its retention."));
    }

    /** @param input what somebody has filled in already */
    void show(LoggedConflict conflict, Map<String, List<String>> filters, Form input, Model model) {
        ConflictFilter filter = ConflictFilter.of(filters);
        String present = ConflictResolution.name(records.find(conflict.kind(), conflict.record()));
        boolean open = conflict.resolvedAt() == null;
        model.addAllAttributes(Map.of("active", "conflicts", "conflict", conflict, "desk", ConflictDesk.of(conflict),
                "present", present, "input", input, "around", summaries.around(filter, conflict.id()), "query",
                query(filters, null, ""), "open", open, "decidable", conflict.resolution() == null));
        model.addAttribute("batch", open ? null : batches.batch(conflict.id()).orElse(null));
        if (!model.containsAttribute("undone")) {
            model.addAttribute("undone", false).addAttribute("undo", null);
        }
        model.addAttribute("moved", open && !present.equals(ConflictResolution.name(conflict.local())));
        if (!model.containsAttribute("refused")) {
            model.addAttribute("refused", null);
        }
    }

    /** Open ones, unless it is said otherwise. */
    static Map<String, List<String>> filters(Map<String, List<String>> asked) {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        filters.put("outcome", List.of("open"));
        for (String name : FILTERS) {
            List<String> given = asked.get(name);
            if (given != null) {
                filters.put(name, List.of(given.get(0)));
            }
        }
        filters.values().removeIf(given -> given.get(0).isBlank());
        filters.remove("outcome", List.of("all"));
        return filters;
    }

    /** The conflict that was decided just before, and how that is taken back; null if there was none. */
    private void decided(MultiValueMap<String, String> asked, Model model) {
        String id = asked.getFirst("decided");
        Long decided = id != null && id.matches("\\d{1,18}") ? Long.valueOf(id) : null;
        model.addAttribute("decided", decided).addAttribute("undo",
                decided == null ? null : batches.batch(decided).orElse(null));
    }

    /** @param more what else the address says; null for nothing */
    static String query(Map<String, List<String>> filters, @Nullable String more, String value) {
        Map<String, String> values = new LinkedHashMap<>();
        filters.forEach((name, given) -> values.put(name, given.get(0)));
        values.putIfAbsent("outcome", "all");
        if (more != null) {
            values.put(more, value);
        }
        // As variables: what somebody searched for may have an ampersand or braces in it.
        UriComponentsBuilder query = UriComponentsBuilder.newInstance();
        values.keySet().forEach(name -> query.queryParam(name, "{" + name + "}"));
        return query.encode().buildAndExpand(values).toUriString();
    }
}
