package io.agentdb.sync.revision;

/** Decides between two versions that were written without knowing of each other. A pure function; thread-safe. */
public interface ConflictPolicy {

    /** The strategy, as settings and the log name it. */
    String label();

    Decision decide(Revision local, Revision remote);
}
