package io.agentdb.sync.revision;

/**
 * How two concurrent versions became one.
 *
 * @param winner the version to store, whose context contains both versions' dots; null while the conflict is open
 */
public record Resolution(Revision winner, Outcome outcome) {

    /** What became of a conflict, as the log names it. */
    public enum Outcome {
        LOCAL, REMOTE, MERGED, OPEN;

        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
