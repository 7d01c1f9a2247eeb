package io.agentdb.sync.search.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Vectors of equal length, a byte a number: a quarter of the room, and near enough for telling which are worth a closer
 * look. Not thread-safe for who changes it.
 */
final class VectorSpace {

    /** Vectors of one array, so that it grows without moving what is there. */
    private static final int BLOCK = 1_024;
    private static final int STEPS = 127;

    private final int dimensions;
    private final int most;
    private final List<byte[]> blocks = new ArrayList<>();
    private float[] scales = new float[BLOCK];
    private final List<UUID> ids = new ArrayList<>();
    private final Map<UUID, Integer> slots = new HashMap<>();
    private int oldest;
    private long displaced;

    /** @param most vectors; one more takes the place of the one that was put there longest ago */
    VectorSpace(int dimensions, int most) {
        this.dimensions = dimensions;
        this.most = most;
    }

    int size() {
        return ids.size();
    }

    /** How many have lost their place to others since the beginning. */
    long displaced() {
        return displaced;
    }

    void put(UUID id, float[] vector) {
        if (vector.length != dimensions) {
            return;
        }
        Integer known = slots.get(id);
        int slot = known != null ? known : place(id);
        float largest = 0;
        double square = 0;
        for (float one : vector) {
            largest = Math.max(largest, Math.abs(one));
            square += (double) one * one;
        }
        byte[] block = blocks.get(slot / BLOCK);
        int start = slot % BLOCK * dimensions;
        for (int i = 0; i < dimensions; i++) {
            block[start + i] = (byte) Math.round(vector[i] / largest * STEPS);
        }
        // Compared are directions: an agent's own vectors need not have the length 1.
        scales[slot] = (float) (largest / STEPS / Math.sqrt(square));
    }

    private int place(UUID id) {
        int slot = ids.size();
        if (slot < most) {
            ids.add(id);
            if (slot / BLOCK == blocks.size()) {
                blocks.add(new byte[BLOCK * dimensions]);
            }
            if (slot == scales.length) {
                scales = Arrays.copyOf(scales, scales.length * 2);
            }
        } else {
            slot = oldest++ % most;
            slots.remove(ids.set(slot, id));
            displaced++;
        }
        slots.put(id, slot);
        return slot;
    }

    void remove(UUID id) {
        Integer slot = slots.remove(id);
        if (slot == null) {
            return;
        }
        int last = ids.size() - 1;
        UUID moved = ids.remove(last);
        if (slot != last) {
            ids.set(slot, moved);
            slots.put(moved, slot);
            scales[slot] = scales[last];
            System.arraycopy(blocks.get(last / BLOCK), last % BLOCK * dimensions, blocks.get(slot / BLOCK),
                    slot % BLOCK * dimensions, dimensions);
        }
    }

    void clear() {
        blocks.clear();
        ids.clear();
        slots.clear();
        scales = new float[BLOCK];
        oldest = 0;
        displaced = 0;
    }

    /** About how near each vector is. */
    Nearness compare(float[] question) {
        byte[] asked = new byte[dimensions];
        float largest = 0;
        for (float one : question) {
            largest = Math.max(largest, Math.abs(one));
        }
        for (int i = 0; i < dimensions; i++) {
            asked[i] = (byte) Math.round(question[i] / largest * STEPS);
        }
        float[] scores = new float[ids.size()];
        for (int slot = 0; slot < scores.length; slot++) {
            scores[slot] = dot(asked, blocks.get(slot / BLOCK), slot % BLOCK * dimensions) * scales[slot];
        }
        return new Nearness(ids.toArray(UUID[]::new), scores);
    }

    private static int dot(byte[] a, byte[] b, int start) {
        // Four sums, which the processor adds up side by side.
        int first = 0;
        int second = 0;
        int third = 0;
        int fourth = 0;
        for (int i = 0; i + 3 < a.length; i += 4) {
            first += a[i] * b[start + i];
            second += a[i + 1] * b[start + i + 1];
            third += a[i + 2] * b[start + i + 2];
            fourth += a[i + 3] * b[start + i + 3];
        }
        return first + second + third + fourth;
    }
}
