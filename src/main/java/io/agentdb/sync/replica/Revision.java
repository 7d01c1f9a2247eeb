package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Version;
import java.util.UUID;

/**
 * One version of one record.
 *
 * @param content null in a tombstone: the version in which the record was deleted
 */
public record Revision(Kind kind, UUID id, Version version, Content content) {

    public boolean deleted() {
        return content == null;
    }

    public Revision with(Version other) {
        return new Revision(kind, id, other, content);
    }
}
