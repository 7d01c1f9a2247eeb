package io.agentdb.sync.live;

/**
 * How much has gone both ways.
 *
 * @param sent records that the peer took over
 * @param received records that this node took over
 * @param bytes of frames, both ways
 */
record Exchanged(long sent, long received, long bytes) {

    static final Exchanged NOTHING = new Exchanged(0, 0, 0);

    long items() {
        return sent + received;
    }

    Exchanged plus(Exchanged more) {
        return new Exchanged(sent + more.sent, received + more.received, bytes + more.bytes);
    }

    Exchanged since(Exchanged before) {
        return new Exchanged(sent - before.sent, received - before.received, bytes - before.bytes);
    }
}
