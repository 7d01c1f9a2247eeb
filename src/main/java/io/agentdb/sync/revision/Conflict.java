package io.agentdb.sync.revision;

/** Two concurrent versions of one record, and how it ended. */
public record Conflict(Revision local, Revision remote, Resolution resolution) {
}
