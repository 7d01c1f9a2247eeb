package io.agentdb.sync.protocol;

import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.List;

/** Cuts a list of versions into parts that fit into a frame each. */
public final class FrameSizedParts {

    private static final int RECORDS = 100;
    private static final long CHARACTERS = 1 << 20;

    private FrameSizedParts() {
    }

    /** At least one part, possibly empty. */
    public static List<List<Revision>> of(List<Revision> revisions) {
        List<List<Revision>> parts = new ArrayList<>();
        List<Revision> part = new ArrayList<>();
        long size = 0;
        for (Revision revision : revisions) {
            if (part.size() >= RECORDS || !part.isEmpty() && size + revision.size() > CHARACTERS) {
                parts.add(part);
                part = new ArrayList<>();
                size = 0;
            }
            part.add(revision);
            size += revision.size();
        }
        parts.add(part);
        return parts;
    }
}
