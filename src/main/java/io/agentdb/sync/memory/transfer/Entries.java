package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import java.io.IOException;

/** The texts of a source, one after the other, each of bounded length. One thread; reading blocks for the stream. */
interface Entries {

    /**
     * Moves to the next one.
     *
     * @return false at the end of the stream
     */
    boolean next() throws IOException;

    /** Its number, from 1. */
    long number();

    /** Whether there is nothing in it. */
    boolean blank();

    /** @throws InvalidInput if it is too long or not UTF-8 */
    String text();
}
