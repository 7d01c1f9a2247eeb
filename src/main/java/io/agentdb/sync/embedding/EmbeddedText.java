package io.agentdb.sync.embedding;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The text of which a record's embedding is made, the same as AgentDB makes its own of. Pure. */
public final class EmbeddedText {

    /** The kinds whose records have one. */
    public static final List<Kind> KINDS = List.of(Kind.EPISODES, Kind.SKILLS);

    /** What AgentDB has of a skill without any. */
    private static final String NO_SIGNATURE = "{\"inputs\":{},\"outputs\":{}}";
    private static final UUID ANY = new UUID(0, 0);

    private EmbeddedText() {
    }

    /** Null of a kind that has no embeddings. */
    public static @Nullable String of(Kind kind, Content content) {
        return KINDS.contains(kind) ? of(Shape.of(kind).item(ANY, content)) : null;
    }

    /** Null of a kind that has no embeddings. */
    public static @Nullable String of(MemoryRecord item) {
        return item instanceof Episode episode ? episode(episode.task(), episode.critique(), episode.output())
                : item instanceof Skill skill ? skill(skill.name(), skill.description(), skill.signature()) : null;
    }

    public static String episode(String task, @Nullable String critique, @Nullable String output) {
        StringBuilder text = new StringBuilder(task);
        append(text, critique);
        append(text, output);
        return text.toString();
    }

    /** The signature's keys are in the database's order, which for AgentDB's own, inputs and outputs, is theirs. */
    public static String skill(String name, @Nullable String description, @Nullable Json signature) {
        StringBuilder text = new StringBuilder(name);
        append(text, description);
        return text.append('\n').append(signature == null ? NO_SIGNATURE
                : JsonText.written(JsonText.trusted(signature.text()))).toString();
    }

    /** SHA-256 of it in UTF-8. */
    public static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void append(StringBuilder text, @Nullable String part) {
        if (part != null && !part.isEmpty()) {
            text.append('\n').append(part);
        }
    }
}
