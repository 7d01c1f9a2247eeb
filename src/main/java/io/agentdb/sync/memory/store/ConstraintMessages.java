package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.RecordFull;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.postgres.Refused;
import java.util.Map;
import java.util.Optional;

/** The database's refusals in our words: its own messages quote rows and SQL, which are nobody else's business. */
public final class ConstraintMessages {

    private static final Map<String, String> STATES = Map.of(
            "23503", "refers to what is not there, or is still referred to",
            "23505", "has a value that only one record may have, and another one has it",
            "23P01", "excludes another record that is here");

    private static final Map<String, String> CLASSES = Map.of(
            "22", "has a value that the database cannot hold",
            "23", "breaks one of the database's rules",
            "54", "has a value that is too large for the database (a tag of more than about 2,700 bytes, for one)");

    private ConstraintMessages() {
    }

    /** @return empty if the failure is not the record's fault, so that a retry may help */
    public static Optional<InvalidInput> explain(Kind kind, Throwable failure) {
        return Refused.of(failure).map(refused -> {
            InvalidInput refusal = refusal(kind, refused);
            // For a debugger; its message is shown to nobody.
            refusal.initCause(failure);
            return refusal;
        });
    }

    private static InvalidInput refusal(Kind kind, Refused refused) {
        if ((kind.name() + "_size").equals(refused.constraint())) {
            return FieldLimits.tooLarge(0);
        }
        String words = SafeText.text(refused.words().replaceFirst("^ERROR: ", ""), 300);
        if ((kind.name() + "_sendable").equals(refused.constraint())) {
            return new RecordFull(
                    words + ": synchronize, so that what every peer has read can be forgotten; retire nodes that will"
                    + " not come back;" + " or make the record anew");
        }
        if ("agentdb_portable".equals(refused.constraint())) {
            return new InvalidInput("", words + ": give the field a value that is not");
        }
        if (refused.raised()) {
            return new RuleBroken("the database refuses the record: " + words);
        }
        String by = (refused.constraint() == null ? "" : " (" + refused.constraint() + ")") + " [" + refused.state()
                + "]";
        if (STATES.containsKey(refused.state())) {
            return new RuleBroken("the record " + STATES.get(refused.state()) + by);
        }
        String group = refused.state().substring(0, 2);
        return CLASSES.containsKey(group) ? new InvalidInput("", "the record " + CLASSES.get(group) + by)
                : new RuleBroken("the database refuses the record" + by);
    }
}
