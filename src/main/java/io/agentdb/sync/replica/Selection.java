package io.agentdb.sync.replica;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a selective sync is about. Each filter constrains the kinds that have its field and leaves the others whole; tombstones
 * always pass. A null means: no constraint.
 *
 * @param since only what was written at or after this time
 * @param sessionId episodes of this session
 * @param success episodes with this outcome
 * @param minReward episodes with at least this reward
 * @param tags episodes and skills that have all of these tags
 * @param skillName the skill of this name
 */
public record Selection(
        Instant since, String sessionId, Boolean success, Double minReward, List<String> tags, String skillName) {

    public static final Selection ALL = new Selection(null, null, null, null, List.of(), null);

    /** @throws IllegalArgumentException if a text has a NUL character */
    public Selection {
        tags = tags == null ? List.of() : List.copyOf(tags);
        // Asked for it, the database would only answer with an error.
        Stream.concat(Stream.of(sessionId, skillName), tags.stream()).filter(text -> text != null && text.indexOf('\0') >= 0).forEach(text -> {
            throw new IllegalArgumentException("a filter has a NUL character, which no record can have");
        });
    }

    public boolean everything() {
        return equals(ALL);
    }
}
