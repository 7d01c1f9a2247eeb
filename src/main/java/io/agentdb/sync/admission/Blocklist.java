package io.agentdb.sync.admission;

import java.util.Collection;
import java.util.Set;

/**
 * Clients that are not let in, by the name of their token or certificate, or by the address that they come from.
 * Thread-safe.
 */
public final class Blocklist {

    private volatile Set<String> blocked = Set.of();

    public void replace(Collection<String> clients) {
        blocked = Set.copyOf(clients);
    }

    public boolean blocks(String client) {
        return blocked.contains(client);
    }
}
