package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is known to cause what. Thread-safe; blocks for the database. */
@Component
public class CausalEdges {

    /** The relationship that imports give to AgentDB's causal edges, too. */
    public static final String CAUSAL = "causal";

    /** Of an edge that counts for a record's uplift, as AgentDB has it. */
    private static final double CONFIDENT = 0.6;

    /** @param total how many there are, of which those are the first */
    public record Effects(List<Edge> edges, long total) {
    }

    /** Of a question, which reads all causal edges. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    private final JdbcClient jdbc;

    @Autowired
    public CausalEdges(DataSource database) {
        this(database, LONGEST);
    }

    /** @param longest that a question may take, in whole seconds */
    CausalEdges(DataSource database, Duration longest) {
        JdbcTemplate limited = new JdbcTemplate(database);
        limited.setQueryTimeout((int) longest.toSeconds());
        this.jdbc = JdbcClient.create(limited);
    }

    /** The id that an end of free words has, here and in an import of AgentDB's file, whose row number is 0 then. */
    public static UUID end(String words) {
        return Identity.foreign(words + "|0");
    }

    /**
     * Strongest first. An end fits if its words contain the given ones, or if it is the skill of that name.
     *
     * @throws InvalidInput if looking takes too long
     */
    public Effects find(Optional<String> cause, Optional<String> effect, double minConfidence, double minUplift,
            int limit) {
        try {
            return search(cause, effect, minConfidence, minUplift, limit);
        } catch (QueryTimeoutException e) {
            throw new InvalidInput("cause", "takes too long to look for: PostgreSQL is busy. Ask again later");
        }
    }

    private Effects search(Optional<String> cause, Optional<String> effect, double minConfidence, double minUplift,
            int limit) {
        String condition = " where relationship = :causal and coalesce(confidence, 0) >= :minConfidence"
                + " and abs(coalesce(uplift, 0)) >= :minUplift"
                + cause.map(given -> " and " + fits("from")).orElse("")
                + effect.map(given -> " and " + fits("to")).orElse("");
        Map<String, Object> values = new HashMap<>(Map.of("causal", CAUSAL, "minConfidence", minConfidence,
                "minUplift", minUplift));
        cause.ifPresent(words -> put(values, "from", words));
        effect.ifPresent(words -> put(values, "to", words));
        List<Edge> edges = jdbc.sql(Columns.select(Kind.EDGES) + condition
                + " order by abs(coalesce(uplift, 0)) * coalesce(confidence, 0) desc, id limit :limit")
                .params(values).param("limit", limit).query(Columns.rows(Shape.EDGES)).list();
        long total = edges.size() < limit ? edges.size()
                : jdbc.sql("select count(*) from edges" + condition).params(values).query(Long.class).single();
        return new Effects(edges, total);
    }

    /** Of each record the mean of what it causes, where that is known. */
    public Map<UUID, Double> uplifts(Collection<UUID> records) {
        Map<UUID, Double> uplifts = new HashMap<>();
        if (!records.isEmpty()) {
            jdbc.sql("select from_id, avg(coalesce(uplift, 0)) from edges where from_id in (:ids)"
                    + " and relationship = :causal and confidence >= :confident group by from_id")
                    .param("ids", records).param("causal", CAUSAL).param("confident", CONFIDENT)
                    .query((row, i) -> uplifts.put(row.getObject(1, UUID.class), row.getDouble(2))).list();
        }
        return uplifts;
    }

    private static String fits(String end) {
        return "({}_id = :{}Skill or {}_type not in ('skill', 'episode')".replace("{}", end)
                + " and strpos(lower({}_type), lower(:{}Words)) > 0)".replace("{}", end);
    }

    private static void put(Map<String, Object> values, String end, String words) {
        values.put(end + "Words", words);
        values.put(end + "Skill", Identity.skill(words));
    }
}
