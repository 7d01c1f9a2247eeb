package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.review.conflict.ConflictLog;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Resolution;
import io.agentdb.sync.revision.Revision;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Logs what an agent's change has taken the place of: where a peer has changed the same field of a record, the agent's
 * value stands, being the later write, and a person can restore the other. In transactions of the caller's, which make
 * the change. Thread-safe.
 */
@Component
class AgentConflicts {

    /** What is computed of both sides, so that neither loses anything. */
    private static final Set<Merging> NEVER = EnumSet.of(Merging.ADDED_UP, Merging.LATEST);

    private final RevisionEditor revisions;
    private final ConflictLog log;
    private final LocalNode node;
    private final JdbcClient jdbc;

    AgentConflicts(RevisionEditor revisions, ConflictLog log, LocalNode node, JdbcClient jdbc) {
        this.revisions = revisions;
        this.log = log;
        this.node = node;
        this.jdbc = jdbc;
    }

    /** What the record is before the change; nobody else writes it from now on, until the transaction ends. */
    Optional<Revision> before(Kind kind, UUID id) {
        jdbc.sql("select id from " + kind.name() + " where id = ? for update").param(id).query().listOfRows();
        return revisions.find(kind, id);
    }

    /**
     * Logs it, if there is a conflict.
     *
     * @param before the record
     * @param now what the agent's row says
     * @param agreed what both sides agreed on before
     */
    void keep(FileTable table, Revision before, Print now, Print agreed) {
        if (isConflict(table, before, now, agreed)) {
            // The change was made with the record locked.
            Revision after = revisions.find(before.kind(), before.id()).orElseThrow();
            log.keep(node.nodeId(), ConflictStrategy.LATEST_WINS.label(), List.of(new Conflict(before, after,
                    new Resolution(after, ConflictOutcome.REMOTE))));
        }
    }

    private static boolean isConflict(FileTable table, Revision before, Print now, Print agreed) {
        if (before.deleted()) {
            return true;
        }
        Print here = Print.of(table, before.fields());
        Set<String> both = now.changed(agreed);
        both.retainAll(here.changed(agreed));
        both.retainAll(here.changed(now));
        for (Column column : table.kind().columns()) {
            if (NEVER.contains(column.merging())) {
                both.remove(column.name());
            }
        }
        return !both.isEmpty();
    }
}
