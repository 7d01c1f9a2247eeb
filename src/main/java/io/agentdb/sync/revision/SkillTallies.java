package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.JsonLimits;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What each actor contributed to a skill's statistics, so that what two sides counted adds up. Only the actor itself
 * changes its entry, so of two copies the later one is right (a state-based counter: Shapiro et al., "A comprehensive
 * study of CRDTs", 2011). Immutable.
 */
public record SkillTallies(SortedMap<String, Share> byActor) {

    /** The one counter, which is also the weight. */
    private static final String USES = Kind.SKILLS.merged(Merging.ADDED_UP).get(0);
    /** The averages, each weighted with the uses. */
    private static final List<String> AVERAGES = Kind.SKILLS.merged(Merging.WEIGHTED);

    /**
     * One actor's part.
     *
     * @param counter of the write that made it
     * @param averages per field what it adds to the weighted sum, and to the weight
     */
    public record Share(long counter, BigDecimal uses, Map<String, Weighted> averages) {
        Weighted average(String field) {
            return averages.getOrDefault(field, Weighted.NOTHING);
        }
    }

    public record Weighted(BigDecimal sum, BigDecimal weight) {
        static final Weighted NOTHING = new Weighted(BigDecimal.ZERO, BigDecimal.ZERO);

        Weighted plus(Weighted other) {
            return new Weighted(normal(sum.add(other.sum)), normal(weight.add(other.weight)));
        }

        Weighted minus(Weighted other) {
            return new Weighted(normal(sum.subtract(other.sum)), normal(weight.subtract(other.weight)));
        }
    }

    /** Longer numbers come from nobody's statistics, and adding 1e999999999 would take all memory. */
    private static final int LONGEST = 1000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonLimits.stored(History.DEPTH))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    public SkillTallies {
        byActor = Collections.unmodifiableSortedMap(new TreeMap<>(byActor));
    }

    /** The tallies of a version; where none were kept, all of it is the dot's actor's. */
    public static SkillTallies of(Revision revision) {
        if (revision.history().tallies() != null) {
            return parse(revision.history().tallies());
        }
        TreeMap<String, Share> one = new TreeMap<>();
        one.put(revision.version().dot().actor().name(),
                entry(revision.kind(), revision.fields(), revision.version().dot().counter()));
        return new SkillTallies(one);
    }

    /** Per actor the later entry. */
    public SkillTallies join(SkillTallies other) {
        TreeMap<String, Share> joined = new TreeMap<>(byActor);
        other.byActor.forEach((actor, entry) -> joined.merge(actor, entry, (a, b) -> a.counter >= b.counter ? a : b));
        return new SkillTallies(joined);
    }

    /**
     * After an update of the statistics by {@code actor}: the difference is its own contribution, whoever made the
     * rest.
     */
    public SkillTallies updated(String actor, long counter, Kind kind, Content past, Content present) {
        Share before = entry(kind, past, 0);
        Share after = entry(kind, present, 0);
        BigDecimal more = after.uses.subtract(before.uses);
        Map<String, Weighted> whole = new LinkedHashMap<>();
        for (String field : AVERAGES) {
            Double was = (Double) past.get(kind.indexOf(field));
            Double is = (Double) present.get(kind.indexOf(field));
            Weighted all = all(field);
            if (is == null) {
                whole.put(field, Weighted.NOTHING);
            } else if (is.equals(was)) {
                whole.put(field, all.plus(weighted(is, more)));
            } else {
                // What was written is the average of all that was weighed: by the difference alone, a later merge would
                // make another of it.
                BigDecimal weight = was == null || all.weight.signum() <= 0 ? after.uses : all.weight.add(more);
                whole.put(field, weighted(is, weight.signum() <= 0 ? after.uses : weight));
            }
        }
        return amounting(actor, new Share(counter, after.uses, whole));
    }

    /**
     * With {@code actor}'s part such that all of them together amount to the content's statistics, whatever the others
     * counted.
     */
    public SkillTallies amounting(String actor, long counter, Kind kind, Content content) {
        return amounting(actor, entry(kind, content, counter));
    }

    private SkillTallies amounting(String actor, Share whole) {
        TreeMap<String, Share> parts = new TreeMap<>(byActor);
        parts.remove(actor);
        BigDecimal uses = whole.uses;
        Map<String, Weighted> averages = new LinkedHashMap<>(whole.averages);
        for (Share other : parts.values()) {
            uses = uses.subtract(other.uses);
            averages.replaceAll((field, rest) -> rest.minus(other.average(field)));
        }
        parts.put(actor, new Share(whole.counter, normal(uses), averages));
        return new SkillTallies(parts);
    }

    /** All uses, as a column's value can be. */
    public long uses() {
        BigDecimal sum = byActor.values().stream().map(Share::uses).reduce(BigDecimal.ZERO, BigDecimal::add);
        return sum.max(BigDecimal.ZERO).min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
    }

    /** The weighted average of one field; empty if nothing was weighed. */
    public Optional<Double> average(String field) {
        Weighted all = all(field);
        return all.weight.signum() <= 0 ? Optional.empty()
                : Optional.of(all.sum.divide(all.weight, MathContext.DECIMAL128).doubleValue());
    }

    public String json() {
        Map<String, Object> all = new TreeMap<>();
        byActor.forEach((actor, entry) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("n", entry.counter);
            one.put(USES, entry.uses);
            entry.averages.forEach((field, weighted) -> one.put(field, List.of(weighted.sum, weighted.weight)));
            all.put(actor, one);
        });
        return JSON.writeValueAsString(all);
    }

    /** @throws IllegalArgumentException if it is not what {@link #json} writes */
    public static SkillTallies parse(String json) {
        try {
            TreeMap<String, Share> all = new TreeMap<>();
            for (Map.Entry<String, JsonNode> actor : JSON.readTree(json).properties()) {
                JsonNode one = actor.getValue();
                Map<String, Weighted> averages = new LinkedHashMap<>();
                for (String field : AVERAGES) {
                    averages.put(field, new Weighted(number(one.path(field).path(0)), number(one.path(field).path(1))));
                }
                all.put(actor.getKey(), new Share(number(one.path("n")).longValueExact(), number(one.path(USES)),
                        averages));
            }
            return new SkillTallies(all);
        } catch (JacksonException | ArithmeticException e) {
            throw new IllegalArgumentException("tallies are not what this version knows", e);
        }
    }

    private Weighted all(String field) {
        return byActor.values().stream().map(entry -> entry.average(field)).reduce(Weighted.NOTHING, Weighted::plus);
    }

    private static Weighted weighted(double average, BigDecimal weight) {
        return new Weighted(normal(BigDecimal.valueOf(average).multiply(weight)), normal(weight));
    }

    private static Share entry(Kind kind, Content content, long counter) {
        Long uses = (Long) content.get(kind.indexOf(USES));
        BigDecimal weight = BigDecimal.valueOf(uses == null ? 0 : uses);
        Map<String, Weighted> averages = new LinkedHashMap<>();
        for (String field : AVERAGES) {
            Double average = (Double) content.get(kind.indexOf(field));
            averages.put(field, average == null ? Weighted.NOTHING : weighted(average, weight));
        }
        return new Share(counter, weight, averages);
    }

    private static BigDecimal number(JsonNode node) {
        if (!node.isNumber()) {
            throw new IllegalArgumentException("tallies lack a number");
        }
        BigDecimal number = node.decimalValue();
        if (number.precision() > LONGEST || Math.abs((long) number.scale()) > LONGEST) {
            throw new IllegalArgumentException("a number in tallies is too long");
        }
        return normal(number);
    }

    private static BigDecimal normal(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }
}
