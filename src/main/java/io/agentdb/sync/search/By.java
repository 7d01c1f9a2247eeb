package io.agentdb.sync.search;

/** By what of a record it is found. */
public enum By {
    /** By its words alone, as they stand in it. */
    WORDS,
    /** By what it means alone, in whichever words. */
    MEANING,
    /** By both where the node knows what texts mean, else by its words. */
    BOTH
}
