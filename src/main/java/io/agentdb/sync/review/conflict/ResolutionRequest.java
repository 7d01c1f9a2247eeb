package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.InvalidInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a person decides about a conflict.
 *
 * @param record what the record is to be; null for a delete, and for another choice than {@link Choice#RECORD}
 * @param expected the version, as {@code actor:counter}, that the person has looked at; null for the one that the
 *     conflict left
 * @param by the person's name; null if it gives none
 */
public record ResolutionRequest(Choice choice, @Nullable ObjectNode record, @Nullable String expected,
        @Nullable String by) {

    /** Of which a person can choose. */
    public enum Choice {
        LOCAL, REMOTE, MERGE, RECORD;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What stands for the version of a record that is not here, and whose tombstone is not either. */
    public static final String NONE = "none";

    private static final Set<String> KNOWN = Set.of("pick", "record", "deleted", "expected", "by");
    private static final String VERSION = "[a-z0-9][a-z0-9-]{0,30}\\.[a-z2-7]{8}:[1-9]\\d{0,18}";
    private static final String PERSON = "[^\\p{Cntrl}\\p{Cs}]{1,200}";

    /** @throws InvalidInput with every flaw of the object */
    public static ResolutionRequest read(ObjectNode body) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        new TreeSet<>(body.propertyNames()).stream().filter(name -> !KNOWN.contains(name)).forEach(name -> flaw(flaws,
                name.matches("\\w{1,60}") ? name : "a field",
                        "is not one of a resolution; known are " + new TreeSet<>(KNOWN)));
        Choice choice = choice(body.path("pick"), flaws);
        JsonNode record = given(body, "record");
        JsonNode deleted = given(body, "deleted");
        if (deleted != null && !deleted.isBoolean()) {
            flaw(flaws, "deleted", "must be true or false");
        }
        boolean delete = deleted != null && deleted.booleanValue(false);
        if (choice == Choice.RECORD && (record != null) == delete) {
            flaw(flaws, "record", "must be the record's fields, or \"deleted\": true must stand in its place");
        } else if (choice == Choice.RECORD && !delete && !(record instanceof ObjectNode)) {
            flaw(flaws, "record", "must be an object with the record's fields");
        } else if (choice != null && choice != Choice.RECORD && (record != null || delete)) {
            flaw(flaws, record != null ? "record" : "deleted", "goes only with \"pick\": \"record\"");
        }
        String expected = text(body, "expected", VERSION + "|" + NONE,
                "a version as actor:counter, as GET /conflicts/{id} shows it in current", flaws);
        String by = text(body, "by", PERSON, "a name of 1 to 200 characters", flaws);
        if (choice == null || !flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new ResolutionRequest(choice, record instanceof ObjectNode fields ? fields : null, expected, by);
    }

    /** The same, by that person if it names none. */
    public ResolutionRequest orBy(String person) {
        return by == null ? new ResolutionRequest(choice, record, expected, person) : this;
    }

    private static @Nullable Choice choice(JsonNode given, List<InvalidInput.Flaw> flaws) {
        for (Choice choice : Choice.values()) {
            if (given.isString() && given.stringValue().equals(choice.label())) {
                return choice;
            }
        }
        flaw(flaws, "pick", "must be one of " + Arrays.stream(Choice.values()).map(Choice::label)
                .collect(Collectors.joining(", ")));
        return null;
    }

    private static @Nullable String text(ObjectNode body, String name, String shape, String what,
            List<InvalidInput.Flaw> flaws) {
        JsonNode given = given(body, name);
        if (given == null) {
            return null;
        }
        if (!given.isString() || !given.stringValue().matches(shape)) {
            flaw(flaws, name, "must be " + what);
            return null;
        }
        return given.stringValue();
    }

    private static @Nullable JsonNode given(ObjectNode body, String name) {
        JsonNode given = body.get(name);
        return given == null || given.isNull() ? null : given;
    }

    private static void flaw(List<InvalidInput.Flaw> flaws, String field, String message) {
        flaws.add(new InvalidInput.Flaw(field, message));
    }
}
