package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.Attempts;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Blocklist;

/** What stands before any hello, and notes what comes of it. */
record Gate(LimitSettings limits, Attempts handshakes, Blocklist blocklist, Audit audit) { }
