package io.agentdb.sync.replica;

import java.time.Instant;
import java.util.List;

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

    public Selection {
        tags = tags == null ? List.of() : List.copyOf(tags);
    }

    public boolean everything() {
        return equals(ALL);
    }
}
