package io.agentdb.sync.protocol;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Versions of records, of one kind and one batch. Checks structure only: what merely the database refuses (a NUL, an
 * over-long name) is set aside record by record when it is applied; refused here, it would stop the feed at this batch
 * for ever. One thread.
 */
final class RecordCodec {

    /** Leaves 2^62 updates before the time of a version overflows, and its successors would lose to everything. */
    private static final long LATEST_HLC = Long.MAX_VALUE / 2;

    private final Kind kind;
    private final ContentCodec contents;
    /** A batch names few actors very often; checking each name once halves the time of decoding. */
    private final Map<String, Actor> actors = new HashMap<>();

    RecordCodec(Kind kind) {
        this.kind = kind;
        this.contents = ContentCodec.of(kind);
    }

    /** @throws ProtocolException if the revision could not be decoded by a peer */
    Record encode(Revision revision) {
        if (revision.kind() != kind) {
            throw Wire.violation("record " + revision.id() + " is one of the " + revision.kind() + ", the batch's are " + kind);
        }
        Version version = revision.version();
        Record.Builder record = Record.newBuilder()
                .setId(Wire.bytes(revision.id()))
                .setActor(version.dot().actor().name())
                .setCounter(version.dot().counter())
                .setXid(version.dot().xid())
                .setHlc(hlc(version.hlc()));
        version.context().counters().forEach((actor, counter) -> record.putContext(actor.name(), counter));
        if (!revision.deleted()) {
            contents.write(revision.content(), record);
        }
        return record.build();
    }

    Revision decode(Record record) {
        UUID id = Wire.uuid("record.id", record.getId());
        try {
            return new Revision(kind, id, version(record), content(record));
        } catch (ProtocolException e) {
            throw new ProtocolException(e.code(), kind + " " + id + ": " + e.getMessage());
        }
    }

    private Version version(Record record) {
        TreeMap<Actor, Long> counters = new TreeMap<>();
        record.getContextMap().forEach((name, counter) -> counters.put(actor("record.context", name), counter));
        Actor writer = actor("record.actor", record.getActor());
        try {
            Dot dot = new Dot(writer, record.getCounter(), record.getXid());
            return new Version(dot, new VersionVector(counters), hlc(record.getHlc()));
        } catch (IllegalArgumentException e) {
            throw Wire.violation("record.context: " + e.getMessage());
        }
    }

    private Content content(Record record) {
        if (record.getContentCase() == Record.ContentCase.CONTENT_NOT_SET) {
            return null;
        }
        if (!contents.isIn(record)) {
            throw Wire.violation("record.content is one of the " + record.getContentCase());
        }
        return contents.read(record);
    }

    private Actor actor(String field, String name) {
        Actor known = actors.get(name);
        if (known == null) {
            known = Wire.actor(field, name);
            actors.put(name, known);
        }
        return known;
    }

    private static long hlc(long hlc) {
        if (hlc < 0 || hlc > LATEST_HLC) {
            throw Wire.violation("record.hlc is " + hlc + ", before 1970 or after 4199");
        }
        return hlc;
    }
}
