package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Blocklist;
import io.agentdb.sync.protocol.Doorkeeper;
import org.jspecify.annotations.Nullable;

/**
 * What stands before any hello, and notes what comes of it.
 *
 * @param doorkeeper null where nobody is invited
 */
record Gate(LimitSettings limits, AttemptLimit handshakes, Blocklist blocklist, Audit audit,
        @Nullable Doorkeeper doorkeeper) {

    Gate(LimitSettings limits, AttemptLimit handshakes, Blocklist blocklist, Audit audit) {
        this(limits, handshakes, blocklist, audit, null);
    }
}
