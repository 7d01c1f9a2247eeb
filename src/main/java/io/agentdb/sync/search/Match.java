package io.agentdb.sync.search;

/** How many of the words a record must have. */
public enum Match {
    /**
     * All of them, as people type them into a search engine: {@code "exact words"} for a phrase, {@code or} between two
     * words, {@code -} before one that must not be there.
     */
    ALL,
    /** At least one of them, rare words counting more: for whole sentences, which hardly any record has in full. */
    ANY
}
