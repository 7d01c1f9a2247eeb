package io.agentdb.sync.web.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.MemoryFilter;
import io.agentdb.sync.memory.transfer.Exporter;
import io.agentdb.sync.search.MemorySearch;
import io.agentdb.sync.search.SearchPage;
import io.agentdb.sync.search.SearchQuery;
import io.agentdb.sync.search.SearchesUnderWay;
import io.agentdb.sync.sqlite.NoRoomForExport;
import io.agentdb.sync.sqlite.SqliteExport;
import io.agentdb.sync.sqlite.SqliteExporter;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.request.SearchParameters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/** Records as one download: all of them, or what a search finds. Thread-safe; blocks for database and reader. */
@Service
public class Exports {

    /** The type of AgentDB's database files. */
    public static final String SQLITE = "application/vnd.sqlite3";

    /** What is exported of the kinds, and of a search how much it found, for the header that says so. */
    private record ExportChoice(Map<Kind, Filter> kinds, @Nullable String found) { }

    private static final int RETRY_SECONDS = 10;

    /** Each holds a connection to the database for as long as its reader takes. */
    private final ConcurrencyLimit places = new ConcurrencyLimit(2, "exports");
    private final Exporter lines;
    private final SqliteExporter files;
    private final MemorySearch search;

    Exports(Exporter lines, SqliteExporter files, MemorySearch search) {
        this.lines = lines;
        this.files = files;
        this.search = search;
    }

    /**
     * Writes the answer.
     *
     * @param kinds none for all that have the filters
     * @param asked a search's words and the rest of it, and filters; empty for all records
     * @param format ndjson or sqlite
     * @param name under which a browser is to store it, without an ending; null to leave that to its reader
     * @throws InvalidInput if what is asked for is none
     * @throws Refusal 429 if two are under way, 507 without room for a file
     */
    public void write(List<Kind> kinds, Map<String, List<String>> asked, String format, @Nullable String name,
            HttpServletResponse response) throws IOException {
        if (!format.equals("ndjson") && !format.equals("sqlite")) {
            throw new InvalidInput("format", "must be ndjson or sqlite"
                    + (format.length() < 60 ? ", but is " + format : ""));
        }
        try (ConcurrencyLimit.Taken place = places.take()) {
            ExportChoice chosen = asked.containsKey("q") ? found(kinds, asked)
                    : new ExportChoice(filtered(kinds, asked), null);
            if (chosen.found() != null) {
                response.setHeader("Agentdb-Found", chosen.found());
            }
            if (format.equals("sqlite")) {
                file(chosen, name == null ? "agentdb" : name, response);
                return;
            }
            response.setContentType("application/x-ndjson");
            if (name != null) {
                attach(name + ".ndjson", response);
            }
            lines.ndjson(chosen.kinds(), steady(response));
        }
    }

    private void file(ExportChoice chosen, String name, HttpServletResponse response) throws IOException {
        try (SqliteExport export = files.export(chosen.kinds()); InputStream in = export.open()) {
            response.setContentType(SQLITE);
            response.setContentLengthLong(export.bytes());
            attach(name + ".db", response);
            response.setHeader("Agentdb-Export", export.summary());
            OutputStream out = steady(response);
            in.transferTo(out);
            out.flush();
        } catch (NoRoomForExport e) {
            throw Refusal.of(HttpStatus.INSUFFICIENT_STORAGE, "no-room-for-export", e.getMessage());
        }
    }

    private static void attach(String name, HttpServletResponse response) {
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"");
    }

    private static OutputStream steady(HttpServletResponse response) throws IOException {
        return new BufferedOutputStream(new SteadyOutput(response.getOutputStream()), 64 << 10);
    }

    /** Those of the kinds that have all of the filters; all of them where they were asked for by name. */
    private static Map<Kind, Filter> filtered(List<Kind> kinds, Map<String, List<String>> filters) {
        for (String word : List.of("node", "match", "by", "minSimilarity")) {
            if (filters.containsKey(word)) {
                throw new InvalidInput(word, "goes with words to look for: say some as q");
            }
        }
        Map<Kind, Filter> chosen = new LinkedHashMap<>();
        List<InvalidInput> refusals = new ArrayList<>();
        for (Kind kind : kinds.isEmpty() ? Kind.ALL : kinds) {
            try {
                chosen.put(kind, MemoryFilter.of(kind, filters));
            } catch (InvalidInput e) {
                refusals.add(e);
            }
        }
        if (chosen.isEmpty() || !kinds.isEmpty() && !refusals.isEmpty()) {
            throw refusals.get(0);
        }
        return chosen;
    }

    /** All that the pages of a search would show. */
    private ExportChoice found(List<Kind> kinds, Map<String, List<String>> asked) {
        Map<Kind, List<UUID>> found = new LinkedHashMap<>();
        boolean truncated = false;
        String cursor = null;
        long count = 0;
        do {
            SearchPage page = find(SearchParameters.query(asked, Set.copyOf(kinds), SearchQuery.MOST, cursor));
            page.items().forEach(hit -> found.computeIfAbsent(Kind.named(hit.kind()).orElseThrow(),
                    first -> new ArrayList<>()).add(hit.id()));
            count += page.items().size();
            truncated |= page.truncated();
            cursor = page.next();
        } while (cursor != null);
        Map<Kind, Filter> chosen = new LinkedHashMap<>();
        found.forEach((kind, ids) -> chosen.put(kind, new Filter("id = any (:found)",
                Map.of("found", ids.toArray(UUID[]::new)))));
        return new ExportChoice(chosen, count + (truncated ? ", and more that were not ranked" : ""));
    }

    private SearchPage find(SearchQuery query) {
        try {
            return search.find(query);
        } catch (SearchesUnderWay e) {
            throw Refusal.later(HttpStatus.TOO_MANY_REQUESTS, "too-many-at-once", e.getMessage(), RETRY_SECONDS);
        }
    }
}
