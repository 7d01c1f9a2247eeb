package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.memory.store.MemoryFilter;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.store.Place;
import io.agentdb.sync.search.Match;
import io.agentdb.sync.search.MemorySearch;
import io.agentdb.sync.search.SearchPage;
import io.agentdb.sync.search.SearchQuery;
import io.agentdb.sync.search.SearchesUnderWay;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.transfer.Exports;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Finding records: by words and meaning, or the newest. The whole search is in the address. */
@Controller
class MemoryPages {

    private static final int ROWS = 25;
    private static final int RETRY_SECONDS = 10;
    private static final Map<Kind, List<String>> FILTERS = Map.of(
            Kind.EPISODES, List.of("sessionId", "success", "tags", "minReward", "since", "until"),
            Kind.SKILLS, List.of("name", "tags", "minSuccessRate"),
            Kind.EDGES, List.of("from", "to", "relationship"));

    /** What an address asks for: the filters that are filled in, {@code node} among them. */
    private record MemoryQuery(Kind kind, String words, String node, Map<String, List<String>> filters) {

        static MemoryQuery of(MultiValueMap<String, String> parameters) {
            Kind kind = Kind.named(said(parameters, "kind", "episodes")).orElseThrow(() -> new InvalidInput("kind",
                    "must be of " + Kind.ALL));
            Map<String, List<String>> filters = new LinkedHashMap<>();
            FILTERS.getOrDefault(kind, List.of()).stream().filter(name -> !said(parameters, name, "").isBlank())
                    .forEach(name -> filters.put(name, List.of(said(parameters, name, ""))));
            String words = said(parameters, "q", "").strip();
            String node = said(parameters, "node", "").strip();
            if (!node.isEmpty()) {
                if (words.isEmpty()) {
                    throw new InvalidInput("node", "goes with words to look for: say some");
                }
                filters.put("node", List.of(node));
            }
            return new MemoryQuery(kind, words, node, filters);
        }

        static String said(MultiValueMap<String, String> parameters, String name, String otherwise) {
            String given = parameters.getFirst(name);
            return given == null ? otherwise : given;
        }
    }

    private final MemoryStore store;
    private final MemorySearch search;
    private final Exports exports;

    MemoryPages(MemoryStore store, MemorySearch search, Exports exports) {
        this.store = store;
        this.search = search;
        this.exports = exports;
    }

    @GetMapping("/ui/memory")
    String list(@RequestParam MultiValueMap<String, String> parameters, Model model) {
        MemoryQuery asked = MemoryQuery.of(parameters);
        model.addAllAttributes(Map.of("active", "memory", "kind", asked.kind(), "kinds", Kind.ALL, "q", asked.words(),
                "node", asked.node(), "known", FILTERS.getOrDefault(asked.kind(), List.of()), "filters",
                asked.filters(), "behind", 0L, "exported", "/export" + query(asked, null)));
        String next;
        if (asked.words().isEmpty()) {
            ListPage<? extends MemoryRecord> page = page(Shape.of(asked.kind()), asked.filters(),
                    parameters.getFirst("cursor"));
            model.addAttribute("rows", page.items().stream().map(one -> RecordRow.of(one, null)).toList());
            next = page.next();
        } else {
            SearchPage page = found(asked, parameters.getFirst("cursor"));
            model.addAttribute("rows", page.items().stream().map(RecordRow::of).toList())
                    .addAttribute("behind", page.behind()).addAttribute("meaning", page.meaning())
                    .addAttribute("truncated", page.truncated());
            next = page.next();
        }
        model.addAttribute("searched", !asked.words().isEmpty()).addAttribute("narrowed", !asked.filters().isEmpty())
                .addAttribute("next", next == null ? null : query(asked, next));
        return "ui/memory";
    }

    /** All that the list would show on its pages, as one file. */
    @GetMapping("/ui/memory/export")
    void export(@RequestParam MultiValueMap<String, String> parameters, HttpServletResponse response)
            throws IOException {
        MemoryQuery asked = MemoryQuery.of(parameters);
        Map<String, List<String>> what = new LinkedHashMap<>(asked.filters());
        if (!asked.words().isEmpty()) {
            what.put("q", List.of(asked.words()));
        }
        exports.write(List.of(asked.kind()), what, MemoryQuery.said(parameters, "format", "ndjson"),
                "agentdb-" + asked.kind().name(), response);
    }

    private <T extends MemoryRecord> ListPage<T> page(Shape<T> shape, Map<String, List<String>> filters,
            @Nullable String cursor) {
        return store.list(shape, MemoryFilter.of(shape.kind(), filters), ROWS,
                cursor == null ? null : Place.parse(shape.kind(), cursor));
    }

    private SearchPage found(MemoryQuery asked, @Nullable String cursor) {
        try {
            return search.find(new SearchQuery(asked.words(), Match.ALL, Set.of(asked.kind()), asked.filters(), ROWS,
                    cursor));
        } catch (SearchesUnderWay e) {
            throw Refusal.later(HttpStatus.TOO_MANY_REQUESTS, "too-many-at-once", e.getMessage(), RETRY_SECONDS);
        }
    }

    private static String query(MemoryQuery asked, @Nullable String cursor) {
        UriComponentsBuilder query = UriComponentsBuilder.newInstance().queryParam("kind", asked.kind().name());
        if (!asked.words().isEmpty()) {
            query.queryParam("q", "{words}");
        }
        Map<String, Object> values = new LinkedHashMap<>(Map.of("words", asked.words()));
        asked.filters().forEach((name, given) -> {
            query.queryParam(name, "{" + name + "}");
            values.put(name, given.get(0));
        });
        if (cursor != null) {
            query.queryParam("cursor", cursor);
        }
        // As values, not as parts of a template: what somebody typed may have braces of its own.
        return query.encode().buildAndExpand(values).toUriString();
    }
}
