package io.agentdb.sync.revision;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Merging is a join: whatever the order in which nodes meet, and however often, the same comes of it. */
class MergeTest {

    private static final int CASES = 800;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void merge_isCommutativeAssociativeAndIdempotent(long seed) {
        Skills skills = new Skills(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
        for (int i = 0; i < CASES; i++) {
            List<Revision> versions = skills.family();
            Revision a = versions.get(0);
            Revision b = versions.get(1);
            Revision c = versions.get(2);
            String what = "seed " + seed + ", case " + i;
            assertThat(state(merged(a, b))).as(what).isEqualTo(state(merged(b, a)));
            assertThat(state(merged(merged(a, b), c))).as(what).isEqualTo(state(merged(a, merged(b, c))));
            assertThat(state(merged(a, a))).as(what).isEqualTo(state(a));
            assertThat(state(merged(merged(a, b), b))).as(what).isEqualTo(state(merged(a, b)));
        }
    }

    @Test
    void eachField_goesByItsOwnTime() {
        Revision base = Versions.of("a", 1, 10, Map.of("code", "old", "description", "old", "tags", List.of("x")));
        Revision code = written(base, "b", 2, 20, "code", "by b");
        Revision description = written(written(base, "c", 3, 15, "description", "by c"), "c", 4, 30, "tags",
                List.of("x", "c"));
        Revision merged = merged(code, description);
        assertThat(Versions.field(merged, "code")).isEqualTo("by b");
        assertThat(Versions.field(merged, "description")).isEqualTo("by c");
        assertThat(Versions.field(merged, "tags")).isEqualTo(List.of("c", "x"));
    }

    @Test
    void metadata_goesByKey_andARemovedKeyStaysRemoved() {
        Revision base = Versions.of("a", 1, 10, Map.of("metadata", "{\"gone\":1,\"kept\":1}"));
        Revision removed = new Revision(base.kind(), base.id(), Versions.of("b", 2, 20, Map.of()).version(),
                Versions.skill(Map.of("metadata", "{\"kept\":1}")), History.of("{\"\":10,\"metadata/gone\":20}", null));
        Revision added = new Revision(base.kind(), base.id(), Versions.of("c", 3, 30, Map.of()).version(),
                Versions.skill(Map.of("metadata", "{\"gone\":1,\"kept\":1,\"new\":2.50}")),
                History.of("{\"\":10,\"metadata/new\":30}", null));
        assertThat(Versions.field(merged(removed, added), "metadata")).isEqualTo("{\"kept\":1,\"new\":2.50}");
    }

    @Test
    void metadata_thatIsDeepAndLong_isMergedByKey() {
        String deep = "{\"k\":" + "[".repeat(400) + "1" + "0".repeat(2000) + "]".repeat(400) + "}";
        Revision past = Versions.of("a", 1, 10, Map.of("metadata", deep));
        Revision merged = merged(past, Versions.of("b", 1, 20, Map.of("metadata", "{\"l\":1}")));
        assertThat(Versions.field(merged, "metadata")).isEqualTo(deep.substring(0, deep.length() - 1) + ",\"l\":1}");
        assertThat(Versions.field(merged(past, Versions.of(
                "b", 1, 10, Map.of("metadata", deep.replace("}", ",\"l\":1}")))), "metadata"))
                .as("a deep key that both have").isEqualTo(deep.replace("}", ",\"l\":1}"));
    }

    @Test
    void metadata_thatIsNestedTooDeeply_goesAsAWhole() {
        String deep = "{\"k\":" + "[".repeat(6000) + "1" + "]".repeat(6000) + "}";
        String deeper = deep.replace("}", ",\"l\":1}");
        assertThat(Versions.field(merged(Versions.of("a", 1, 10, Map.of("metadata", deep)),
                Versions.of("b", 1, 20, Map.of("metadata", deeper))), "metadata")).isEqualTo(deeper);
        assertThat(Versions.field(merged(Versions.of("a", 1, 10, Map.of("metadata", deep)),
                Versions.of("b", 1, 10, Map.of("metadata", deep))), "metadata")).isEqualTo(deep);
        assertThat(Versions.field(merged(Versions.of("a", 1, 10, Map.of("metadata", "{\"l\":1}")),
                Versions.of("b", 1, 20, Map.of("metadata", deep))), "metadata")).as("an object with keys to go by wins")
                .isEqualTo("{\"l\":1}");
    }

    private static Revision written(Revision past, String node, long counter, long hlc, String field, Object value) {
        List<Object> values = new ArrayList<>(past.content().values());
        values.set(Kind.SKILLS.indexOf(field), value);
        TreeMap<String, Long> times = new TreeMap<>(FieldTimes.of(past).named());
        times.put(field, hlc);
        return new Revision(past.kind(), past.id(), Versions.of(node, counter, hlc, Map.of()).version(),
                new Content(values), History.of(new FieldTimes(times, FieldTimes.of(past).base()).json(),
                        past.history().tallies()));
    }

    private static Revision merged(Revision a, Revision b) {
        Decision.Merged merged = (Decision.Merged) ConflictStrategy.MERGE.decide(a, b);
        Version later = Version.LATEST.compare(a.version(), b.version()) > 0 ? a.version() : b.version();
        return new Revision(a.kind(), a.id(), later, merged.content(), merged.history());
    }

    /**
     * Everything that a later merge depends on; JSON by its value, and field times whether they are spelled out or not.
     */
    private static Map<String, Object> state(Revision revision) {
        Map<String, Object> state = new HashMap<>();
        FieldTimes times = FieldTimes.of(revision);
        for (int i = 0; i < Kind.SKILLS.columns().size(); i++) {
            String name = Kind.SKILLS.columns().get(i).name();
            Object value = revision.content().get(i);
            boolean json = Kind.SKILLS.columns().get(i).type() == Column.Type.JSON;
            state.put(name, json && value != null ? new Json((String) value)
                    : value instanceof List<?> list ? list.stream().sorted().collect(Collectors.toList()) : value);
            state.put(name + " written", times.of(name));
        }
        state.put("keys", new TreeMap<>(times.keys("metadata")).entrySet().stream()
                .filter(entry -> entry.getValue() != times.of("metadata")).toList());
        state.put("tallies", SkillTallies.of(revision));
        return state;
    }

    /**
     * Versions of one skill as nodes could have made them: each writes over what it has, and keeps the history that the
     * trigger keeps.
     */
    private static final class Skills {
        private static final List<String> NODES = List.of("a", "b", "c", "d");
        private final RandomGenerator random;
        private long counter;

        Skills(RandomGenerator random) {
            this.random = random;
        }

        /**
         * Three of the versions that there were, while the nodes wrote over what they had, and merged what others had.
         */
        List<Revision> family() {
            Map<String, Revision> here = new HashMap<>();
            List<Revision> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String node = pick(NODES);
                Revision mine = here.get(node);
                if (random.nextInt(3) == 0 && !here.isEmpty()) {
                    Revision other = here.get(pick(List.copyOf(here.keySet())));
                    here.put(node, mine == null ? other : merged(mine, other));
                } else {
                    here.put(node, mine == null ? created(node) : updated(mine, node));
                }
                all.add(here.get(node));
            }
            return List.of(pick(all), pick(all), pick(all));
        }

        private Revision created(String node) {
            Object[] values = new Object[Kind.SKILLS.columns().size()];
            values[0] = Versions.NAME;
            for (int i = 1; i < values.length; i++) {
                values[i] = value(Kind.SKILLS.columns().get(i).name());
            }
            values[Kind.SKILLS.indexOf("created_at")] = Instant.EPOCH.plusSeconds(random.nextInt(4));
            return new Revision(Kind.SKILLS, Versions.ID, version(node, random.nextInt(20)),
                    new Content(Arrays.asList(values)));
        }

        private Revision updated(Revision past, String node) {
            List<Object> values = new ArrayList<>(past.content().values());
            FieldTimes before = FieldTimes.of(past);
            TreeMap<String, Long> times = new TreeMap<>(before.named());
            Version version = version(node, past.version().hlc() + 1 + random.nextInt(5));
            for (int i = 1; i < values.size(); i++) {
                String name = Kind.SKILLS.columns().get(i).name();
                if (name.equals("uses")) {
                    // A count that is set back on two sides at once has nothing to be added up to.
                    values.set(i, (values.get(i) == null ? 0 : (Long) values.get(i)) + random.nextInt(4));
                } else if (Kind.SKILLS.columns().get(i).merging() == Merging.WEIGHTED) {
                    values.set(i, random.nextInt(3) == 0 ? (Double) (random.nextInt(40) / 7.0) : values.get(i));
                } else if (random.nextInt(3) == 0 && !name.equals("created_at")) {
                    String old = (String) (name.equals("metadata") ? values.get(i) : null);
                    values.set(i, value(name));
                    if (name.equals("metadata") && keyed(old) && keyed((String) values.get(i))) {
                        // The trigger notes every key that changed.
                        List.of("k", "l", "m").forEach(key -> times.put("metadata/" + key, version.hlc()));
                    } else {
                        times.put(name, version.hlc());
                    }
                }
            }
            Content content = new Content(values);
            Dot dot = version.dot();
            return new Revision(past.kind(), past.id(), version, content,
                    History.of(new FieldTimes(times, before.base()).json(),
                            SkillTallies.of(past).updated(dot.actor().name(), dot.counter(), Kind.SKILLS,
                                    past.content(), content).json()));
        }

        private static boolean keyed(String metadata) {
            return metadata == null || metadata.startsWith("{");
        }

        private Version version(String node, long hlc) {
            Dot dot = new Dot(Versions.actor(node), ++counter, 1);
            return new Version(dot, VersionVector.of(dot), hlc);
        }

        private Object value(String column) {
            if (random.nextInt(5) == 0) {
                return null;
            }
            Supplier<Double> number = () -> random.nextInt(40) / 7.0;
            return switch (column) {
                case "description", "code" -> pick(List.of("", "x", "y", "z"));
                case "signature" -> pick(List.of("{\"in\":1}", "[]", "{}"));
                case "uses" -> (long) random.nextInt(20);
                case "success_rate", "avg_reward", "avg_latency_ms" -> number.get();
                case "tags" -> pick(List.of(List.of(), List.of("t"), List.of("u", "t"), List.of("v")));
                case "metadata" -> pick(List.of("{}", "{\"k\":1}", "{\"k\":2,\"l\":[1.50]}",
                        "{\"l\":null,\"m\":\"x\"}"));
                case "created_from_episode" -> new java.util.UUID(1, random.nextInt(3));
                default -> Instant.EPOCH.plusSeconds(random.nextInt(9));
            };
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }
    }
}
