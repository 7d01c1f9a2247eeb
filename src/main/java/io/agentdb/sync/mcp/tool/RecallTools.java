package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.store.CausalEdges;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * {@code recall_with_certificate}: episodes and skills by what they are good for, and a statement of what exactly was
 * told.
 */
@Component
class RecallTools implements ToolSet {

    private static final int MOST = 50;
    /** Beyond it no latency counts more, as AgentDB has it. */
    private static final double SLOW_MILLIS = 1_000;

    private record Weighed(Retrieval.Recalled recalled, double uplift, double utility) {
    }

    private final Retrieval retrieval;
    private final CausalEdges edges;

    RecallTools(Retrieval retrieval, CausalEdges edges) {
        this.retrieval = retrieval;
        this.edges = edges;
    }

    @Override
    public List<Tool> tools() {
        return List.of(new Tool("recall_with_certificate", "Recall episodes and skills by utility: alpha x similarity"
                + " + beta x mean causal uplift - gamma x latency in seconds (at most 1). The certificate says"
                + " in which version each of them was told, which node wrote it, and a digest over that.",
                Effect.READS, List.of(
                Argument.text("query", "What to look for").needed(),
                Argument.whole("k", "How many").or(12).from(1, MOST),
                Argument.number("alpha", "Weight of the similarity").or(0.7),
                Argument.number("beta", "Weight of the causal uplift").or(0.2),
                Argument.number("gamma", "Weight of the latency").or(0.1)), this::recall));
    }

    private Answer recall(Given given, Agent agent) {
        String query = given.text("query");
        // Twice as many as asked for: the order by utility is another one.
        Retrieval.Recollection found = retrieval.of(given, "query", Set.of(Kind.EPISODES, Kind.SKILLS), Map.of(),
                2 * given.whole("k"));
        List<Weighed> best = weighed(given, found.records()).stream()
                .sorted(Comparator.comparingDouble(Weighed::utility).reversed()).limit(given.whole("k")).toList();
        RecallCertificate certificate = certificate(query, best);
        List<Item> entries = new ArrayList<>();
        best.forEach(one -> entries.add(entry(entries.size() + 1, one)));
        return found.told(Answer.of("🔍 Retrieved " + best.size() + " results:").with("found", best.size()))
                .line("📜 Certificate ID: " + certificate.id()).with("certificate", certificate.fields())
                .list("results", entries, "memory_get has each of them by its id");
    }

    private List<Weighed> weighed(Given given, List<Retrieval.Recalled> found) {
        Map<UUID, Double> uplifts = edges.uplifts(found.stream().map(one -> one.hit().id()).toList());
        return found.stream().map(one -> {
            double uplift = uplifts.getOrDefault(one.hit().id(), 0.0);
            Long millis = one.hit().record() instanceof Episode episode ? episode.latencyMs() : null;
            double latency = millis == null ? 0 : Math.min(millis / SLOW_MILLIS, 1);
            return new Weighed(one, uplift, given.number("alpha") * one.similarity() + given.number("beta") * uplift
                    - given.number("gamma") * latency);
        }).toList();
    }

    private static RecallCertificate certificate(String query, List<Weighed> told) {
        return RecallCertificate.of(query, Instant.now().truncatedTo(ChronoUnit.MILLIS), told.stream()
                .map(one -> one.recalled().hit()).map(hit -> new RecallCertificate.Source(hit.kind(), hit.id(),
                        hit.version())).toList());
    }

    private static Item entry(int place, Weighed one) {
        Retrieval.Recalled recalled = one.recalled();
        Map<String, Object> fields = new LinkedHashMap<>(Retrieval.fields(recalled));
        fields.put("uplift", Retrieval.rounded(one.uplift()));
        fields.put("utility", Retrieval.rounded(one.utility()));
        String id = recalled.hit().id().toString();
        String kind = recalled.hit().kind();
        return new Item(id, place + ". " + kind.substring(0, kind.length() - 1) + " " + id
                + "\n   Similarity: " + Lines.fixed(recalled.similarity(), 3) + "\n   Uplift: "
                + Lines.fixed(one.uplift(), 3) + "\n   Utility: " + Lines.fixed(one.utility(), 3)
                + Lines.of("Excerpt", recalled.hit().excerpt()) + Lines.of("Node", recalled.hit().origin()), fields);
    }
}
