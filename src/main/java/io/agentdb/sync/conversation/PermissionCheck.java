package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;

/** Refuses what a client may not do. Before anything is read or written for it. */
public final class PermissionCheck {

    private PermissionCheck() {
    }

    /**
     * Nobody may do anything with no kinds: the looks at each of them would all be passed.
     *
     * @throws ProtocolException BAD_REQUEST
     */
    static void some(Collection<Kind> kinds) {
        if (kinds.isEmpty()) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "the request names no kinds");
        }
    }

    /** @throws PeerRejected FORBIDDEN, naming the kind */
    public static void read(Session client, Collection<Kind> kinds) {
        require(client, "read", client.caller().permissions().read(), kinds);
    }

    /** @throws PeerRejected FORBIDDEN, naming the kind */
    public static void write(Session client, Collection<Kind> kinds) {
        require(client, "write", client.caller().permissions().write(), kinds);
    }

    private static void require(Session client, String what, Set<Kind> allowed, Collection<Kind> kinds) {
        for (Kind kind : kinds) {
            if (!allowed.contains(kind)) {
                throw new PeerRejected(ErrorCode.FORBIDDEN, "'" + client.caller().name() + "' may not " + what + " "
                        + kind + " on this node: its operator grants that with the permissions of the token or"
                        + " certificate", Duration.ZERO);
            }
        }
    }
}
