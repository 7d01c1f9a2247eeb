package io.agentdb.sync.memory.listing;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.SafeText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Which rows a list is to have. All the conditions must hold.
 *
 * @param condition SQL with the names of the values in it
 */
public record Filter(String condition, Map<String, Object> values) {

    /** All rows. */
    public static final Filter ALL = new Filter("true", Map.of());

    /**
     * One parameter.
     *
     * @param sql what it asks for, with its name in it as {@code :name}
     * @param read makes the value of its name and of what was given, or throws {@link InvalidInput}
     */
    public record Condition(String sql, BiFunction<String, List<String>, Object> read) {

        /** Given once. */
        public static Condition single(String sql, BiFunction<String, String, Object> read) {
            return new Condition(sql, (name, given) -> {
                if (given.size() != 1) {
                    throw new InvalidInput(name, "is given " + given.size() + " times");
                }
                return read.apply(name, given.get(0));
            });
        }

        public static Condition oneOf(String sql, List<String> known) {
            return single(sql, (name, given) -> {
                if (!known.contains(given)) {
                    throw new InvalidInput(name, "must be one of " + String.join(", ", known));
                }
                return given;
            });
        }

        /** @param what the shape in words, for who gives another one */
        public static Condition shaped(String sql, String shape, String what) {
            return single(sql, (name, given) -> {
                if (!given.matches(shape)) {
                    throw new InvalidInput(name, "must be " + what);
                }
                return given;
            });
        }
    }

    /**
     * @param listed what the list is of, for messages
     * @param canonical the known name that a spelling stands for, or any other one
     * @throws InvalidInput with every parameter that is unknown or wrong
     */
    public static Filter of(String listed, Map<String, Condition> known, UnaryOperator<String> canonical,
            Map<String, List<String>> parameters) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        StringBuilder condition = new StringBuilder("true");
        Map<String, Object> values = new HashMap<>();
        parameters.forEach((spelled, given) -> {
            String name = canonical.apply(spelled);
            Condition one = known.get(name);
            try {
                if (one == null) {
                    throw new InvalidInput(SafeText.text(spelled, 60), "is not a filter of " + listed + "; known are "
                            + String.join(", ", new TreeSet<>(known.keySet())) + ", and limit and cursor");
                }
                if (values.containsKey(name)) {
                    throw new InvalidInput(name, "is given in two spellings");
                }
                values.put(name, one.read().apply(name, given));
                condition.append(" and ").append(one.sql());
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        });
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new Filter(condition.toString(), values);
    }
}
