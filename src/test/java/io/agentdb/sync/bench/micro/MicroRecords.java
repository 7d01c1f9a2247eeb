package io.agentdb.sync.bench.micro;

import io.agentdb.sync.bench.Prose;
import io.agentdb.sync.memory.BinaryRows;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Records as the benchmark's agents write them, without a database. The same each time. */
final class MicroRecords {

    private final Prose prose = new Prose(4433);
    private long counter;

    /** As PostgreSQL has sent them. */
    List<Revision> rows(int count) {
        return episodes(count).stream().map(one -> new Revision(one.kind(), one.id(), one.version(),
                new Content(BinaryRows.of(one.kind(), one.fields().values()), null))).toList();
    }

    /** By their fields. */
    List<Revision> episodes(int count) {
        List<Revision> episodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant now = Instant.EPOCH.plusSeconds(i + 1L);
            Content content = content(Kind.EPISODES, Map.ofEntries(Map.entry("ts", now),
                    Map.entry("session_id", "session-" + prose.below(2_000)), Map.entry("task", prose.text(100)),
                    Map.entry("input", prose.text(200)), Map.entry("output", prose.text(300)),
                    Map.entry("critique", prose.text(100)), Map.entry("reward", prose.fraction()),
                    Map.entry("success", true), Map.entry("latency_ms", (long) prose.below(20_000)),
                    Map.entry("tokens_used", (long) prose.below(8_000)), Map.entry("tags", prose.tags()),
                    Map.entry("metadata", prose.metadata()), Map.entry("created_at", now)));
            episodes.add(new Revision(Kind.EPISODES, new UUID(0x0190_0000_0000_7000L + i, 0x8000_0000_0000_0000L | i),
                    version("node"), content));
        }
        return episodes;
    }

    /** Written on that node alone, so that those of two nodes are concurrent. */
    Revision skill(String node) {
        Instant now = Instant.EPOCH.plusSeconds(1);
        return new Revision(Kind.SKILLS, Identity.skill("fib"), version(node), content(Kind.SKILLS, Map.of(
                "name", "fib", "description", prose.text(200), "code", prose.text(300), "uses", 12L,
                "success_rate", prose.fraction(), "tags", prose.tags(), "metadata", prose.metadata(),
                "created_at", now)));
    }

    /** What a record has seen in a mesh of so many nodes. */
    static VersionVector context(int actors, long counter) {
        Map<Actor, Long> counters = new TreeMap<>();
        for (int i = 0; i < actors; i++) {
            counters.put(actor("node-" + i), counter + i);
        }
        return VersionVector.of(counters);
    }

    static Actor actor(String node) {
        return new Actor(node + ".aaaaaaaa");
    }

    private Version version(String node) {
        Dot dot = new Dot(actor(node), ++counter, 1_000 + counter);
        return new Version(dot, VersionVector.of(dot), counter << 16);
    }

    private static Content content(Kind kind, Map<String, Object> fields) {
        Object[] values = new Object[kind.columns().size()];
        fields.forEach((field, value) -> values[kind.indexOf(field)] = value);
        return new Content(Arrays.asList(values));
    }
}
