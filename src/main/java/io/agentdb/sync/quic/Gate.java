package io.agentdb.sync.quic;

import io.agentdb.sync.admission.Blocklist;
import io.agentdb.sync.admission.Handshakes;

/** What stands before any hello. */
record Gate(LimitSettings limits, Handshakes handshakes, Blocklist blocklist) { }
