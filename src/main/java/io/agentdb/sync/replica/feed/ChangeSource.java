package io.agentdb.sync.replica.feed;

/** Tells when there is something new in the feed. */
public interface ChangeSource {

    /**
     * @param changed called by some thread after a commit that readers may see, once for several; it does not block
     * @return ends it
     */
    Runnable listen(Runnable changed);
}
