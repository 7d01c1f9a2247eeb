package io.agentdb.sync.replica;

import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.VersionVector;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Version vectors as the {@code context} column's JSON. Actors need no escaping: their alphabet is small. */
public final class ContextJson {

    private ContextJson() {
    }

    public static String json(VersionVector context) {
        return json(context.counters());
    }

    public static String json(Map<Actor, Long> numbers) {
        StringBuilder json = new StringBuilder("{");
        numbers.forEach((actor, number) -> json.append(json.length() == 1 ? "\"" : ",\"").append(actor.name())
                .append("\":").append(number.longValue()));
        return json.append('}').toString();
    }

    static VersionVector parse(String json) {
        TreeMap<Actor, Long> counters = new TreeMap<>();
        String body = json.substring(json.indexOf('{') + 1, json.lastIndexOf('}')).strip();
        if (!body.isEmpty()) {
            for (String entry : body.split(",")) {
                int colon = entry.indexOf(':');
                String actor = entry.substring(0, colon).strip();
                counters.put(new Actor(actor.substring(1, actor.length() - 1)),
                        Long.valueOf(entry.substring(colon + 1).strip()));
            }
        }
        return new VersionVector(counters);
    }

    /** The same map, typed for JSON output. */
    static Map<String, Long> map(VersionVector context) {
        return context.counters().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue, Math::max,
                        TreeMap::new));
    }
}
