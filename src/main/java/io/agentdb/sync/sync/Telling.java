package io.agentdb.sync.sync;

import io.agentdb.sync.replica.Knowledge;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * When knowledge may be told to a reader. A version that it covers may have been replaced by one that lies above the reader's fence;
 * told at once, the reader would claim to know what it has neither in the old nor in the new version, and if this node's database then
 * goes back in time, the new one never comes. So it is told when the reader has read past everything that was there when it was put
 * down. Kept in memory: if that is lost, knowledge is told a little later. Thread-safe.
 */
final class Telling<R> {

    /** @param horizon what was there lies below it */
    private record Pending(Knowledge knowledge, long horizon) { }

    private final Map<R, Pending> pending = new ConcurrentHashMap<>();

    /** What may be told to a reader that will have read everything below the fence. */
    Knowledge once(R reader, long fence, Supplier<Knowledge> now, LongSupplier horizon) {
        Knowledge knowledge = now.get();
        long above = horizon.getAsLong();
        if (above <= fence) {
            pending.remove(reader);
            return knowledge;
        }
        Pending before = pending.get(reader);
        boolean read = before != null && before.horizon <= fence;
        if (before == null || read) {
            pending.put(reader, new Pending(knowledge, above));
        }
        return read ? before.knowledge : Knowledge.NONE;
    }
}
