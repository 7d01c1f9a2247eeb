package io.agentdb.sync.quic.server;

import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;

/** Clients that are welcomed and then ask for nothing; each has a connection of its own. One thread. */
public final class IdleClients implements AutoCloseable {

    private final Loopback loopback = new Loopback();
    private final QuicClientPool pool = loopback.pool();
    private final int port;
    private final String fingerprint;
    private int count;

    public IdleClients(int port, String fingerprint) {
        this.port = port;
        this.fingerprint = fingerprint;
    }

    public void add(int more) {
        for (int i = 0; i < more; i++) {
            pool.session(new DialTarget("idle-" + count++, new HostPort("127.0.0.1", port), null, fingerprint));
        }
    }

    @Override
    public void close() {
        loopback.close();
    }
}
