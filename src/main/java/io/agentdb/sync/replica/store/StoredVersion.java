package io.agentdb.sync.replica.store;

import io.agentdb.sync.version.Version;

/** What is here of a record, without its content. */
public record StoredVersion(Version version, boolean deleted) {
}
