package io.agentdb.sync.memory;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What was given cannot be remembered, and giving it again would not help. The message is for the caller, and holds
 * nothing internal.
 */
public class InvalidInput extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param field as the caller spelled it; empty where it is the record as a whole */
    public record Flaw(String field, String message) {
        @Override
        public String toString() {
            return field.isEmpty() ? message : field + " " + message;
        }
    }

    private final transient List<Flaw> flaws;

    public InvalidInput(String field, String message) {
        this(List.of(new Flaw(field, message)));
    }

    public InvalidInput(List<Flaw> flaws) {
        super(flaws.stream().map(Flaw::toString).collect(Collectors.joining("; ")));
        this.flaws = List.copyOf(flaws);
    }

    /** Never null: it is the flaws' words. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "each constructor gives one");
    }

    public List<Flaw> flaws() {
        return flaws;
    }
}
