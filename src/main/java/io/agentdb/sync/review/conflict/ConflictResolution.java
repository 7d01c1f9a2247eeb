package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.input.IdentityFixed;
import io.agentdb.sync.memory.store.ConstraintMessages;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Decision;
import io.agentdb.sync.revision.Edit;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Merge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;
import tools.jackson.databind.node.ObjectNode;

/**
 * A person's decision about a conflict: an open one comes to its end by it, and of a closed one the loser can be
 * restored, once. It is written as a new version of the record, which spreads like any write. Thread-safe; blocks on
 * the database.
 */
@Service
public class ConflictResolution {

    private final ConflictArchive archive;
    private final ConflictLog log;
    private final RevisionEditor editor;

    public ConflictResolution(ConflictArchive archive, ConflictLog log, RevisionEditor editor) {
        this.archive = archive;
        this.log = log;
        this.editor = editor;
    }

    /**
     * @throws ConflictRefused if it cannot be resolved so
     * @throws InvalidInput if the edited record is not valid
     */
    public LoggedConflict resolve(long id, ResolutionRequest pick) {
        return resolve(id, conflict -> pick, (conflict, here) -> { });
    }

    /**
     * As {@link #resolve(long, ResolutionRequest)}.
     *
     * @param pick may differ with the conflict
     * @param noted is told what the conflict was before, and what was here, in the transaction that decides it
     */
    LoggedConflict resolve(long id, Function<LoggedConflict, ResolutionRequest> pick,
            BiConsumer<LoggedConflict, Optional<Revision>> noted) {
        return locking(id, record -> resolve(id, pick, noted, record));
    }

    /** What a decision would make of the conflict and its record. Writes nothing; throws as {@link #resolve} does. */
    LoggedConflict preview(long id, Function<LoggedConflict, ResolutionRequest> pick) {
        LoggedConflict conflict = archive.find(id).orElseThrow(() -> ConflictRefused.unknown(id));
        ResolutionRequest picked = pick.apply(conflict);
        Edit edit = decide(conflict, picked, editor.find(conflict.kind(), conflict.record()));
        return conflict.endedAs(outcome(picked), new Revision(conflict.kind(), conflict.record(),
                conflict.local().version(), edit.content(), History.NONE));
    }

    /** Does work on the record of a conflict as {@link RevisionEditor#locking} does, with refusals in our words. */
    <T> T locking(long id, Function<RevisionEditor.LockedRecord, T> work) {
        LoggedConflict found = archive.find(id).orElseThrow(() -> ConflictRefused.unknown(id));
        try {
            return editor.locking(found.kind(), found.record(), work);
        } catch (InvalidInput | ConflictRefused e) {
            throw e;
        } catch (RuntimeException e) {
            throw ConstraintMessages.explain(found.kind(), e).<RuntimeException>map(refusal -> refusal).orElse(e);
        }
    }

    private LoggedConflict resolve(long id, Function<LoggedConflict, ResolutionRequest> picks,
            BiConsumer<LoggedConflict, Optional<Revision>> noted, RevisionEditor.LockedRecord record) {
        // Read again under its lock, after the record's: of two persons at once the second must see what the first has
        // done.
        LoggedConflict conflict = archive.lock(id).orElseThrow(() -> ConflictRefused.unknown(id));
        ResolutionRequest pick = picks.apply(conflict);
        Optional<Revision> here = record.here();
        Revision written = record.write(decide(conflict, pick, here));
        noted.accept(conflict, here);
        archive.resolve(id, outcome(pick), pick.choice().label(), pick.by(), written);
        log.supersede(conflict.kind(), conflict.record(), written.version().context());
        return archive.find(id).orElseThrow(() -> ConflictRefused.unknown(id));
    }

    /** The name in the API of the version that is here. */
    public static String name(Optional<Revision> here) {
        return here.map(ConflictResolution::name).orElse(ResolutionRequest.NONE);
    }

    /** The name of a version in the API. */
    public static String name(Revision revision) {
        return revision.version().dot().write().toString();
    }

    private static Edit decide(LoggedConflict conflict, ResolutionRequest pick, Optional<Revision> here) {
        if (conflict.resolution() != null) {
            throw ConflictRefused.resolved(conflict);
        }
        String present = name(here);
        boolean asLeft = conflict.left().map(Write::toString).filter(present::equals).isPresent();
        if (pick.expected() == null ? !asLeft : !pick.expected().equals(present)) {
            throw ConflictRefused.stale(conflict, present);
        }
        List<Revision> over = Stream.concat(here.stream(), Stream.of(conflict.local(), conflict.remote())).toList();
        return switch (pick.choice()) {
            case LOCAL -> Edit.pick(conflict.local(), over);
            case REMOTE -> Edit.pick(conflict.remote(), over);
            case MERGE -> merged(conflict, here.filter(one -> !asLeft), over);
            case RECORD -> pick.record() == null ? Edit.delete(over) : Edit.replace(
                    conflict.kind(), edited(conflict, pick.record(), over), over);
        };
    }

    /** @param later what became of the record here since the conflict, which must not be lost either */
    private static Edit merged(LoggedConflict conflict, Optional<Revision> later, List<Revision> over) {
        return Stream.concat(Stream.of(conflict.local(), conflict.remote()), later.stream())
                .filter(one -> !one.deleted())
                .reduce(ConflictResolution::merged).map(merged -> Edit.merge(merged, over))
                .orElseGet(() -> Edit.delete(over));
    }

    private static Revision merged(Revision a, Revision b) {
        Decision.Merged merged = Merge.of(a, b);
        Version version = Version.LATEST.compare(a.version(), b.version()) > 0 ? a.version() : b.version();
        return new Revision(a.kind(), a.id(), version, merged.content(), merged.history());
    }

    private static Content edited(LoggedConflict conflict, ObjectNode record, List<Revision> over) {
        Content present = over.stream().filter(one -> !one.deleted()).map(Revision::content).findFirst().orElse(null);
        try {
            return Edits.replaced(conflict.kind(), conflict.record(), present, record).withUnknownOf(present);
        } catch (IdentityFixed e) {
            throw e;
        } catch (InvalidInput e) {
            throw new InvalidInput(e.flaws().stream().map(flaw -> new InvalidInput.Flaw(
                    flaw.field().isEmpty() ? "record" : "record." + flaw.field(), flaw.message())).toList());
        }
    }

    private static ConflictOutcome outcome(ResolutionRequest pick) {
        return switch (pick.choice()) {
            case LOCAL -> ConflictOutcome.LOCAL;
            case REMOTE -> ConflictOutcome.REMOTE;
            case MERGE, RECORD -> ConflictOutcome.MERGED;
        };
    }
}
