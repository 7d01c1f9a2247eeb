package io.agentdb.sync.search;

import io.agentdb.sync.memory.Kind;
import java.util.Map;
import java.util.Objects;

/**
 * What of a kind's records is searched, in SQL.
 *
 * @param words the row's words, those of its title weighing most
 * @param text from which an excerpt is cut
 */
record KindWords(String words, String text) {

    /**
     * Characters of a field whose words are noted down. A tsvector has at most 1 MiB, and a record may have four: one
     * that cannot be noted down would stop all behind it.
     */
    private static final int CHARACTERS = 20_000;

    private static final Map<Kind, KindWords> ALL = Map.of(
            Kind.EPISODES, new KindWords(
                    weighed("task", 'A') + weighed("critique", 'B') + weighed("array_to_string(tags, ' ')", 'B')
                            + weighed("output", 'C') + weighed("input", 'D'),
                    joined("task", "critique", "output", "input")),
            Kind.SKILLS, new KindWords(
                    weighed("name", 'A') + weighed("description", 'B') + weighed("array_to_string(tags, ' ')", 'B')
                            + weighed("code", 'C') + weighed("signature::text", 'D'),
                    joined("name", "description", "code")));

    KindWords {
        words = words.replaceFirst("^ \\|\\| ", "");
    }

    static KindWords of(Kind kind) {
        return Objects.requireNonNull(ALL.get(kind), "it has all kinds that are searched");
    }

    private static String weighed(String field, char weight) {
        return " || setweight(to_tsvector('simple', coalesce(left(%s, %d), '')), '%s')"
                .formatted(field, CHARACTERS, weight);
    }

    private static String joined(String... fields) {
        StringBuilder text = new StringBuilder("concat_ws(E'\\n'");
        for (String field : fields) {
            text.append(", left(").append(field).append(", ").append(CHARACTERS).append(')');
        }
        return text.append(')').toString();
    }
}
