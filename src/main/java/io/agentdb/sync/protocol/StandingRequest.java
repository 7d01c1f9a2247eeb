package io.agentdb.sync.protocol;

/**
 * A request that stays open: it takes a worker when there is something to do, and none in between. Never called by two
 * threads at once. What it throws ends it, as it would end any request.
 */
public interface StandingRequest {

    /**
     * Does what there is to do now.
     *
     * @return false once it is over
     */
    boolean goOn();

    /**
     * Has somebody called when there is something to do, beside what the peer says.
     *
     * @param due any thread may call it, as often as it likes; it does not block
     * @return stops that
     */
    Runnable watch(Runnable due);
}
