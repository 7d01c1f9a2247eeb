package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.Collections;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One version of one record.
 *
 * @param content null in a tombstone: the version in which the record was deleted
 * @param history what merging needs to know beside the content
 * @param unreadable why it cannot be read, and as what it came; null of all others. Only its id and dot are what they
 *     say
 */
public record Revision(Kind kind, UUID id, Version version, @Nullable Content content, History history,
        @Nullable Unreadable unreadable) {

    /** What a version takes besides what is counted, and each actor of its context. */
    private static final int OVERHEAD = 100;
    private static final int ACTOR = 40;

    /**
     * A version that says which it is, and has a flaw that keeps it from being read.
     *
     * @param record as it came over the wire, in base64, for a release that can read it; null if it is too long to be
     *     kept
     */
    public record Unreadable(String reason, @Nullable String record) { }

    public Revision(Kind kind, UUID id, Version version, @Nullable Content content, History history) {
        this(kind, id, version, content, history, null);
    }

    public Revision(Kind kind, UUID id, Version version, @Nullable Content content) {
        this(kind, id, version, content, History.NONE);
    }

    /** It is no tombstone, which would delete the record: whoever takes it for readable finds every field missing. */
    public static Revision unreadable(Kind kind, UUID id, Dot dot, Unreadable why) {
        return new Revision(kind, id, new Version(dot, VersionVector.of(dot), 0),
                new Content(Collections.nCopies(kind.columns().size(), null)), History.NONE, why);
    }

    public boolean deleted() {
        return content == null;
    }

    /**
     * The content of a version that is no tombstone.
     *
     * @throws IllegalStateException if it is one: whoever asks has not looked whether it is {@link #deleted}
     */
    public Content fields() {
        if (content == null) {
            throw new IllegalStateException(kind + " " + id + " is deleted in this version, and has no fields");
        }
        return content;
    }

    /** About how many characters it takes on the wire: for bounding what is held or sent at once. */
    public long size() {
        return OVERHEAD + (long) ACTOR * version.context().counters().size() + (content == null ? 0 : content.size())
                + length(history.fieldTimes()) + length(history.tallies());
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    public Revision with(Version other) {
        return new Revision(kind, id, other, content, history, unreadable);
    }
}
