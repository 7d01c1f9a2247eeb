package io.agentdb.sync.replica.feed;

import java.util.Optional;

/** Tells when there is something new in the feed. */
public interface ChangeSource {

    /**
     * @param changed called by some thread after a commit that readers may see, once for several; it does not block
     * @return ends it
     */
    Runnable listen(Runnable changed);

    /**
     * How far the feed went when it looked last, which is what listeners were told of: who is called for it need not
     * ask the database again. Empty while nobody listens, and while it cannot look. Does not block.
     */
    Optional<Newest> newest();
}
