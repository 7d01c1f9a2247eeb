package io.agentdb.sync.replica.apply;

import io.agentdb.sync.version.Version;

/** What is here of a record, without its content. */
public record Head(Version version, boolean deleted) {
}
