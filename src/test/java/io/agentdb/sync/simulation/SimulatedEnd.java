package io.agentdb.sync.simulation;

import io.agentdb.sync.protocol.Exchange;

/**
 * What both ends of a simulated stream have in common: an end is a message here, and whatever is under way when one
 * closes is lost.
 */
abstract class SimulatedEnd implements Exchange {

    @Override
    public boolean keepsUp() {
        return true;
    }

    @Override
    public void rest(Runnable due) {
    }

    @Override
    public void finish() {
    }

    @Override
    public long wireBytes() {
        return 0;
    }

    @Override
    public void close() {
    }
}
