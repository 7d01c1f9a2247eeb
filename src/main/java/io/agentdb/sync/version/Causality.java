package io.agentdb.sync.version;

/** How an incoming version stands to the local one. */
public enum Causality {
    /** The same write; at most the contexts differ. */
    SAME,
    /** The local version has already seen it. */
    KNOWN,
    /** It has seen the local version, and may replace it. */
    NEWER,
    /** Neither has seen the other. */
    CONCURRENT
}
