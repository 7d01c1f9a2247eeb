package io.agentdb.sync.replica.feed;

import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Hlc;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a selective sync is about. Each filter constrains the kinds that have its field and leaves the others whole;
 * tombstones always pass. A null means: no constraint.
 *
 * @param since only what was written at or after this time
 * @param sessionId episodes of this session
 * @param success episodes with this outcome
 * @param minReward episodes with at least this reward
 * @param tags episodes and skills that have all of these tags
 * @param skillName the skill of this name
 */
public record Selection(
        @Nullable Instant since, @Nullable String sessionId, @Nullable Boolean success, @Nullable Double minReward,
        List<String> tags,
        @Nullable String skillName) {

    public static final Selection ALL = new Selection(null, null, null, null, List.of(), null);

    /** @throws IllegalArgumentException if a text has a NUL character */
    public Selection {
        // JSON that names none reads as null.
        tags = tags == null ? List.of() : List.copyOf(tags);
        // Asked for it, the database would only answer with an error.
        Stream.concat(Stream.of(sessionId, skillName), tags.stream())
                .filter(text -> text != null && text.indexOf('\0') >= 0).forEach(text -> {
            throw new IllegalArgumentException("a filter has a NUL character, which no record can have");
        });
    }

    public boolean everything() {
        return equals(ALL);
    }

    /**
     * Whether a version belongs to it as it stands: the same as the feed's conditions say, for what does not come from
     * the feed.
     */
    public boolean matches(Revision revision) {
        if (since != null && revision.version().hlc() < Hlc.at(since)) {
            return false;
        }
        if (revision.deleted()) {
            return true;
        }
        return switch (revision.kind().name()) {
            case "episodes" -> same(sessionId, revision, "session_id") && same(success, revision, "success")
                    && (minReward == null || value(revision, "reward") instanceof Double reward && reward >= minReward)
                    && tagged(revision);
            case "skills" -> same(skillName, revision, "name") && tagged(revision);
            default -> true;
        };
    }

    private static boolean same(@Nullable Object wanted, Revision revision, String column) {
        return wanted == null || wanted.equals(value(revision, column));
    }

    private boolean tagged(Revision revision) {
        return tags.isEmpty() || value(revision, "tags") instanceof List<?> has && has.containsAll(tags);
    }

    private static @Nullable Object value(Revision revision, String column) {
        return revision.fields().get(revision.kind().indexOf(column));
    }
}
