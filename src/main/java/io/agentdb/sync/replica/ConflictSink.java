package io.agentdb.sync.replica;

import java.util.List;

/** Keeps both versions of every conflict. Called in the transaction that applies the outcome, so that neither is lost. */
public interface ConflictSink {

    void keep(String peerNode, String strategy, List<Conflict> conflicts);
}
