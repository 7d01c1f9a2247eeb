package io.agentdb.sync.version;

/**
 * One write, named so that no other one of the mesh has its name: its actor, and how many writes the actor had made
 * with it. Written {@code actor:counter}, as the API shows it.
 */
public record Write(Actor actor, long counter) {

    /** @throws IllegalArgumentException if the counter is not positive */
    public Write {
        if (counter <= 0) {
            throw new IllegalArgumentException("a write's counter is positive, not " + counter);
        }
    }

    @Override
    public String toString() {
        return actor + ":" + counter;
    }
}
