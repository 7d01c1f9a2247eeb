package io.agentdb.sync.example;

import io.agentdb.sync.replica.digest.NodeCounts.Digest;
import java.util.List;

/** Two nodes' records, kind by kind: how many, and a digest of every id and every content. */
record Comparison(List<Digest> local, List<Digest> remote) {

    static Comparison of(ExampleNode local, ExampleNode remote) {
        return new Comparison(local.digests(), remote.digests());
    }

    boolean equal() {
        return local.equals(remote);
    }

    /** What the process tells its shell. */
    int exitStatus() {
        return equal() ? 0 : 1;
    }

    Table table(Screen screen) {
        Table table = new Table("kind", "local", "digest", "remote", "digest", "verdict");
        for (int i = 0; i < local.size(); i++) {
            Digest here = local.get(i);
            Digest there = remote.get(i);
            boolean same = here.equals(there);
            table.row(here.kind(), here.records(), here.digest(), there.records(), there.digest(),
                    screen.verdict(same, same ? "equal" : "DIFFERENT"));
        }
        return table;
    }
}
