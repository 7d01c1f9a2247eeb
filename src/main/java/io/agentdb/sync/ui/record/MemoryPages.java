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

    private final MemoryStore store;
    private final MemorySearch search;

    MemoryPages(MemoryStore store, MemorySearch search) {
        this.store = store;
        this.search = search;
    }

    @GetMapping("/ui/memory")
    String list(@RequestParam MultiValueMap<String, String> asked, Model model) {
        Kind kind = Kind.named(said(asked, "kind", "episodes")).orElseThrow(() -> new InvalidInput("kind",
                "must be of " + Kind.ALL));
        Map<String, List<String>> filters = new LinkedHashMap<>();
        FILTERS.getOrDefault(kind, List.of()).stream().filter(name -> !said(asked, name, "").isBlank())
                .forEach(name -> filters.put(name, List.of(said(asked, name, ""))));
        String words = said(asked, "q", "").strip();
        String node = said(asked, "node", "").strip();
        model.addAllAttributes(Map.of("active", "memory", "kind", kind, "kinds", Kind.ALL, "q", words, "node", node,
                "known", FILTERS.getOrDefault(kind, List.of()), "filters", filters, "behind", 0L));
        String next;
        if (words.isEmpty()) {
            if (!node.isEmpty()) {
                throw new InvalidInput("node", "goes with words to look for: say some");
            }
            ListPage<? extends MemoryRecord> page = page(Shape.of(kind), filters, asked.getFirst("cursor"));
            model.addAttribute("rows", page.items().stream().map(one -> RecordRow.of(one, null)).toList());
            next = page.next();
        } else {
            if (!node.isEmpty()) {
                filters.put("node", List.of(node));
            }
            SearchPage page = found(words, kind, filters, asked.getFirst("cursor"));
            model.addAttribute("rows", page.items().stream().map(RecordRow::of).toList())
                    .addAttribute("behind", page.behind()).addAttribute("meaning", page.meaning());
            next = page.next();
        }
        model.addAttribute("searched", !words.isEmpty()).addAttribute("narrowed", !filters.isEmpty())
                .addAttribute("next", next == null ? null : query(kind, words, filters, next));
        return "ui/memory";
    }

    private <T extends MemoryRecord> ListPage<T> page(Shape<T> shape, Map<String, List<String>> filters,
            @Nullable String cursor) {
        return store.list(shape, MemoryFilter.of(shape.kind(), filters), ROWS,
                cursor == null ? null : Place.parse(shape.kind(), cursor));
    }

    private SearchPage found(String words, Kind kind, Map<String, List<String>> filters, @Nullable String cursor) {
        try {
            return search.find(new SearchQuery(words, Match.ALL, Set.of(kind), filters, ROWS, cursor));
        } catch (SearchesUnderWay e) {
            throw Refusal.later(HttpStatus.TOO_MANY_REQUESTS, "too-many-at-once", e.getMessage(), RETRY_SECONDS);
        }
    }

    private static String query(Kind kind, String words, Map<String, List<String>> filters, String cursor) {
        UriComponentsBuilder query = UriComponentsBuilder.newInstance().queryParam("kind", kind.name());
        if (!words.isEmpty()) {
            query.queryParam("q", "{words}");
        }
        Map<String, Object> values = new LinkedHashMap<>(Map.of("words", words));
        filters.forEach((name, given) -> {
            query.queryParam(name, "{" + name + "}");
            values.put(name, given.get(0));
        });
        // As values, not as parts of a template: what somebody typed may have braces of its own.
        return query.queryParam("cursor", cursor).encode().buildAndExpand(values).toUriString();
    }

    private static String said(MultiValueMap<String, String> asked, String name, String otherwise) {
        String given = asked.getFirst(name);
        return given == null ? otherwise : given;
    }
}
