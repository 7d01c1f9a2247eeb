package io.agentdb.sync.coordinator;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.RemovedKeys;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Tombstones;
import io.agentdb.sync.run.SyncSettings;
import java.time.Instant;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Drops old tombstones and when metadata keys were removed, and forgets actors of which nothing tells any more, now and
 * then.
 */
@Component
class TombstoneRetention {

    private static final Logger log = LoggerFactory.getLogger(TombstoneRetention.class);

    private final Tombstones tombstones;
    private final RemovedKeys removed;
    private final NodeKnowledge knowledge;
    private final LocalNode self;
    private final SyncSettings settings;

    TombstoneRetention(Tombstones tombstones, RemovedKeys removed, NodeKnowledge knowledge, LocalNode self,
            SyncSettings settings) {
        this.tombstones = tombstones;
        this.removed = removed;
        this.knowledge = knowledge;
        this.self = self;
        this.settings = settings;
    }

    @Scheduled(initialDelayString = "1m", fixedDelayString = "1h")
    @SchedulerLock(name = "tombstone retention", lockAtLeastFor = "50m", lockAtMostFor = "1h")
    void drop() {
        try {
            for (Kind kind : Kind.ALL) {
                int dropped = tombstones.drop(kind, self.actor(), Instant.now().minus(settings.tombstoneRetention()));
                if (dropped > 0) {
                    log.info("{} tombstones of {} dropped: every peer has passed them, and they are older than {}",
                            dropped, kind, settings.tombstoneRetention());
                }
                int trimmed = removed.drop(kind, self.actor());
                if (trimmed > 0) {
                    log.info("{} {} forget when metadata keys were removed: every peer has heard of it", trimmed, kind);
                }
                int unnamed = knowledge.tidy(kind);
                if (unnamed > 0) {
                    log.info("{} actors forgotten of which nothing of {} tells any more", unnamed, kind);
                }
            }
        } catch (DataAccessException e) {
            log.warn("Old tombstones and actors could not be dropped: {}", e.getMostSpecificCause().getMessage());
        }
    }
}
