package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Version;
import java.util.UUID;

/**
 * One version of one record.
 *
 * @param content null in a tombstone: the version in which the record was deleted
 * @param history what merging needs to know beside the content
 */
public record Revision(Kind kind, UUID id, Version version, Content content, History history) {

    public Revision(Kind kind, UUID id, Version version, Content content) {
        this(kind, id, version, content, History.NONE);
    }

    public boolean deleted() {
        return content == null;
    }

    public Revision with(Version other) {
        return new Revision(kind, id, other, content, history);
    }
}
