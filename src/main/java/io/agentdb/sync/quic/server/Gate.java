package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Blocklist;

/** What stands before any hello, and notes what comes of it. */
record Gate(LimitSettings limits, AttemptLimit handshakes, Blocklist blocklist, Audit audit) { }
