package io.agentdb.sync.attach;

import io.agentdb.sync.memory.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code agentdb.attach}: files of AgentDB's that are kept in step.
 *
 * @param attach in the order of their ids, which are 0, 1, …
 */
@ConfigurationProperties("agentdb")
public record AttachSettings(@DefaultValue List<FileToAttach> attach) {

    /** Whether a file may be written. */
    public enum AttachMode { AUTO, READ_ONLY }

    /** What becomes of the record of a row that the agent deletes. */
    public enum DeleteMode { PROPAGATE, LOCAL }

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final int MOST_DELETES = 1_000_000;

    /**
     * @param path the file
     * @param interval between two looks at it
     * @param kinds which are kept in step; all if none is named
     * @param maxDeletes rows that may be gone at one look before the attachment stops and asks
     */
    public record FileToAttach(@Nullable Path path, @DefaultValue("auto") AttachMode mode,
            @DefaultValue("250ms") Duration interval, @DefaultValue List<String> kinds,
            @DefaultValue("propagate") DeleteMode deletes, @DefaultValue("1000") int maxDeletes) {

        public FileToAttach {
            kinds = kinds == null ? List.of() : List.copyOf(kinds);
            if (path == null || path.toString().isBlank()) {
                throw new IllegalArgumentException("agentdb.attach[i].path is missing: name the file");
            }
            if (interval.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("agentdb.attach[i].interval must be at least 10ms, not " + interval);
            }
            if (maxDeletes < 0 || maxDeletes > MOST_DELETES) {
                throw new IllegalArgumentException("agentdb.attach[i].max-deletes must be from 0 to " + MOST_DELETES
                        + ", not " + maxDeletes);
            }
            kinds.forEach(FileToAttach::kind);
        }

        Path file() {
            if (path == null) {
                throw new IllegalStateException("it was refused without one");
            }
            return path.toAbsolutePath().normalize();
        }

        List<Kind> kept() {
            return kinds.isEmpty() ? Kind.ALL
                    : Kind.ALL.stream().filter(kind -> kinds.contains(kind.name())).toList();
        }

        private static Kind kind(String name) {
            return Kind.named(name).orElseThrow(() -> new IllegalArgumentException(
                    "agentdb.attach[i].kinds names the unknown kind '" + name + "'; known are " + Kind.ALL));
        }
    }
}
