package io.agentdb.sync.quic;

/** Clients that are welcomed and then ask for nothing; each has a connection of its own. One thread. */
public final class IdleClients implements AutoCloseable {

    private final Loopback loopback = new Loopback();
    private final QuicClientPool pool = loopback.pool();
    private final int port;
    private int count;

    public IdleClients(int port) {
        this.port = port;
    }

    public void add(int more) {
        for (int i = 0; i < more; i++) {
            pool.session(new Remote("idle-" + count++, "127.0.0.1", port, null, null));
        }
    }

    @Override
    public void close() {
        loopback.close();
    }
}
