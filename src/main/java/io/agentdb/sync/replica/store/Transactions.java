package io.agentdb.sync.replica.store;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where applying is atomic. */
public interface Transactions {

    /**
     * Runs the work in a transaction; again, if it met another one's, so it must be repeatable.
     *
     * @throws Unstorable if the store refuses what the work stores, whenever it is tried
     */
    <T> T run(Supplier<T> work);

    /**
     * As {@link #run}, but waits no longer than a moment for what others have locked.
     *
     * @throws RowsLocked if that is too short
     */
    <T> T hastily(Supplier<T> work);

    /** The store refuses a record. */
    final class Unstorable extends RuntimeException {

        /** The code of what violates the tables' constraints. */
        public static final String REFUSED_BY_DATABASE = "refused-by-database";

        private static final long serialVersionUID = 1L;

        private final String code;

        public Unstorable(String reason, @Nullable Throwable cause) {
            this(REFUSED_BY_DATABASE, reason, cause);
        }

        /** @param code why, for programs, in words with dashes */
        public Unstorable(String code, String reason, @Nullable Throwable cause) {
            super(reason, cause);
            this.code = code;
        }

        public String code() {
            return code;
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage(), "made with a reason");
        }
    }
}
