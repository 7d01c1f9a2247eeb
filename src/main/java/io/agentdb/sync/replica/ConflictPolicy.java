package io.agentdb.sync.replica;

/**
 * Decides between two versions that were written without knowing of each other. A pure function: the same arguments, in either
 * role, must give the same winner on every node, or two nodes would each keep another version for ever.
 */
public interface ConflictPolicy {

    /** The strategy's name, for the log. */
    String name();

    Resolution resolve(Revision local, Revision remote);
}
