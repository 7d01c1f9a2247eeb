package io.agentdb.sync.sqlite;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.memory.store.CausalEdges;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records as rows of AgentDB's, with nothing in them that breaks a search of its: one reward that is NULL ends every
 * search that finds it, tags that are no JSON end every one of 1.6.1. One thread.
 */
final class ExportRows {

    private static final Json NO_SIGNATURE = new Json("{\"inputs\":{},\"outputs\":{}}");

    private final ExportFile file;
    private long episodes;
    private long skills;
    private long links;
    private long causal;
    private long leftOut;

    ExportRows(ExportFile file) {
        this.file = file;
    }

    /** Its row's number. */
    long add(Episode episode) {
        file.insert("insert into episodes (id, ts, session_id, task, input, output, critique, reward, success,"
                + " latency_ms, tokens_used, tags, metadata, created_at)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ++episodes, seconds(episode.ts()), episode.sessionId(), episode.task(), episode.input(),
                episode.output(), episode.critique(), number(episode.reward()),
                Boolean.TRUE.equals(episode.success()) ? 1 : 0, episode.latencyMs(), episode.tokensUsed(),
                episode.tags() == null ? null : JsonText.MAPPER.writeValueAsString(episode.tags()),
                text(episode.metadata()), seconds(episode.createdAt()));
        remember("episodes", episodes, episode.id(), null, null);
        return episodes;
    }

    /** Its row's number. */
    long add(Skill skill) {
        // No created_from_episode: AgentDB could not delete that episode any more.
        file.insert("insert into skills (id, name, description, signature, code, success_rate, uses, avg_reward,"
                + " avg_latency_ms, created_at, updated_at, last_used_at, metadata)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ++skills, skill.name(), skill.description(), text(signature(skill.signature())), skill.code(),
                number(skill.successRate()), skill.uses() == null ? 0 : skill.uses(), number(skill.avgReward()),
                Math.round(number(skill.avgLatencyMs())), seconds(skill.createdAt()),
                seconds(skill.updatedAt() == null ? skill.createdAt() : skill.updatedAt()),
                skill.lastUsedAt() == null ? null : seconds(skill.lastUsedAt()), text(skill.metadata()));
        remember("skills", skills, skill.id(), null, null);
        return skills;
    }

    /** Episodes and skills come first, since it names their rows. */
    void add(Edge edge) {
        if (edge.relationship().equals(CausalEdges.CAUSAL)) {
            causal(edge);
            return;
        }
        long parent = edge.fromType().equals("skill") ? file.row("skills", edge.fromId()) : 0;
        long child = edge.toType().equals("skill") ? file.row("skills", edge.toId()) : 0;
        if (parent == 0 || child == 0) {
            leftOut++;
            return;
        }
        file.insert("insert into skill_links (id, parent_skill_id, child_skill_id, relationship, weight, metadata)"
                + " values (?, ?, ?, ?, ?, ?)", ++links, parent, child, edge.relationship(),
                edge.weight() == null ? 1.0 : number(edge.weight()), text(withCount(edge)));
    }

    private void causal(Edge edge) {
        file.insert("insert into causal_edges (id, from_memory_id, from_memory_type, to_memory_id, to_memory_type,"
                + " similarity, uplift, confidence, sample_size, evidence_ids, experiment_ids, confounder_score,"
                + " mechanism, created_at, updated_at, metadata) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                + " ?, ?)",
                ++causal, end(edge.fromType(), edge.fromId()), edge.fromType(), end(edge.toType(), edge.toId()),
                edge.toType(), number(edge.similarity()), edge.uplift(),
                Math.min(1, Math.max(0, number(edge.confidence()))), edge.sampleSize(), text(edge.evidenceIds()),
                text(edge.experimentIds()), edge.confounderScore(), edge.mechanism(), seconds(edge.createdAt()),
                seconds(edge.updatedAt() == null ? edge.createdAt() : edge.updatedAt()), text(edge.metadata()));
        remember("causal_edges", causal, edge.id(), edge.fromId(), edge.toId());
    }

    /** AgentDB writes 0 where an end is no row. */
    private long end(String type, UUID id) {
        return type.equals("episode") ? file.row("episodes", id) : type.equals("skill") ? file.row("skills", id) : 0;
    }

    /** So that an import knows the record, whose id would be another one by what the row says. */
    private void remember(String kind, long row, UUID id, @Nullable UUID from, @Nullable UUID to) {
        file.insert("insert into agentdb_sync_export (kind, row, id, from_id, to_id) values (?, ?, ?, ?, ?)", kind, row,
                id.toString(), from == null ? null : from.toString(), to == null ? null : to.toString());
    }

    SqliteExport export(String embeddings) {
        return new SqliteExport(file.path(), episodes, skills, links, causal, leftOut, embeddings);
    }

    private static Json signature(@Nullable Json signature) {
        return signature == null || !signature.text().startsWith("{") ? NO_SIGNATURE : signature;
    }

    /** Where AgentDB's links have it. */
    private static @Nullable Json withCount(Edge edge) {
        JsonNode metadata = edge.metadata() == null ? JsonText.MAPPER.createObjectNode()
                : JsonText.trusted(edge.metadata().text());
        if (edge.coOccurrences() == null || !(metadata instanceof ObjectNode fields) || fields.has("coOccurrences")) {
            return edge.metadata();
        }
        return new Json(JsonText.written(fields.put("coOccurrences", edge.coOccurrences())));
    }

    private static @Nullable String text(@Nullable Json json) {
        return json == null ? null : json.text();
    }

    private static double number(@Nullable Double number) {
        return number == null || !Double.isFinite(number) ? 0 : number;
    }

    private static long seconds(Instant time) {
        return time.getEpochSecond();
    }
}
