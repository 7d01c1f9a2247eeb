package io.agentdb.sync.review.conflict;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A conflict cannot be resolved as it was asked. Nothing was changed. The message is for the caller. */
public final class ConflictRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why, for programs. */
    public enum Obstacle {
        /** There is no such conflict, or not any more. */
        UNKNOWN,
        /** A person has resolved it. */
        RESOLVED,
        /** The record has changed since. */
        STALE,
        /** Of several conflicts about one record that are decided together, only the first can be. */
        SAME_RECORD,
        /** What was decided has been taken back already. */
        UNDONE;

        /** As problems and answers name it. */
        public String code() {
            return switch (this) {
                case UNKNOWN -> "unknown-conflict";
                case RESOLVED -> "already-resolved";
                case STALE -> "stale";
                case SAME_RECORD -> "same-record";
                case UNDONE -> "already-undone";
            };
        }
    }

    private final Obstacle reason;
    private final @Nullable String current;

    ConflictRefused(Obstacle reason, String message, @Nullable String current) {
        super(message);
        this.reason = reason;
        this.current = current;
    }

    public static ConflictRefused unknown(long id) {
        return new ConflictRefused(Obstacle.UNKNOWN,
                "There is no conflict " + id + "; it may be past its retention. GET /conflicts lists them.", null);
    }

    static ConflictRefused resolved(LoggedConflict conflict) {
        return new ConflictRefused(Obstacle.RESOLVED, "conflict " + conflict.id() + " was resolved at "
                + conflict.resolvedAt() + " by " + (conflict.resolvedBy() == null ? "somebody who gave no name"
                        : conflict.resolvedBy())
                + ", and can be only once; to change the record, PUT /" + conflict.kind() + "/" + conflict.record(),
                        null);
    }

    static ConflictRefused stale(LoggedConflict conflict, String current) {
        return new ConflictRefused(Obstacle.STALE, "the record is no more as conflict " + conflict.id()
                + " left it: it is at " + current + " now. Look at it (GET /" + conflict.kind() + "/"
                + conflict.record() + ") and, if you still mean it, repeat with \"expected\": \"" + current + "\"",
                        current);
    }

    static ConflictRefused sameRecord(long id) {
        return new ConflictRefused(Obstacle.SAME_RECORD, "conflict " + id + " is about a record that another one of"
                + " these is about, which comes first: look at it again after that", null);
    }

    static ConflictRefused changed(LoggedConflict conflict, String current) {
        return new ConflictRefused(Obstacle.STALE, "the record is no more as the decision of conflict " + conflict.id()
                + " left it: it is at " + current + " now, which stays. To change it, PUT /" + conflict.kind() + "/"
                + conflict.record(), current);
    }

    static ConflictRefused undone(String what) {
        return new ConflictRefused(Obstacle.UNDONE, what + " was taken back already", null);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "made with a message");
    }

    public Obstacle reason() {
        return reason;
    }

    /** The record's present version, if that is the reason. */
    public Optional<String> current() {
        return Optional.ofNullable(current);
    }
}
