package io.agentdb.sync.protocol;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.replica.Cursor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cursors, alone and by kind. Stateless. */
final class CursorCodec {

    private CursorCodec() {
    }

    static io.agentdb.sync.protocol.wire.Cursor encode(Cursor cursor) {
        return io.agentdb.sync.protocol.wire.Cursor.newBuilder()
                .setFeed(cursor.feed().name()).setXid(cursor.xid()).setId(Wire.bytes(cursor.id())).build();
    }

    static Cursor decode(String field, io.agentdb.sync.protocol.wire.Cursor cursor) {
        if (cursor.getXid() < 0) {
            throw Wire.violation(field + ".xid is negative: " + cursor.getXid());
        }
        return new Cursor(Wire.actor(field + ".feed", cursor.getFeed()), cursor.getXid(),
                Wire.uuid(field + ".id", cursor.getId()));
    }

    static List<KindCursor> encode(Map<Kind, Cursor> cursors) {
        return cursors.entrySet().stream()
                .map(entry -> KindCursor.newBuilder()
                        .setKind(entry.getKey().name()).setCursor(encode(entry.getValue())).build())
                .toList();
    }

    /** In the order of the wire. @param unknownKind the code for a kind that this version does not know */
    static Map<Kind, Cursor> decode(String field, List<KindCursor> cursors, ErrorCode unknownKind) {
        Map<Kind, Cursor> decoded = new LinkedHashMap<>();
        for (KindCursor entry : cursors) {
            Kind kind = Wire.kind(field + ".kind", entry.getKind(), unknownKind);
            if (decoded.put(kind, decode(field + ".cursor", entry.getCursor())) != null) {
                throw Wire.violation(field + " has " + kind + " twice");
            }
        }
        return Collections.unmodifiableMap(decoded);
    }
}
