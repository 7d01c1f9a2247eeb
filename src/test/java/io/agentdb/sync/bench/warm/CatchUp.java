package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;
import java.io.IOException;
import java.sql.SQLException;

/** Single-row updates, each a transaction, while the two are apart; then one sync. */
record CatchUp(WarmPair pair, int updates) {

    boolean run() throws IOException, InterruptedException, SQLException {
        // The receiver is the side whose work is to be seen, and the one that asks, as after a night without a network.
        pair.execute(pair.first(), """
                set synchronous_commit = off;
                create unlogged table bench_order as select id from episodes order by random() limit %d
                """.formatted(updates));
        pair.execute(pair.first(), """
                do $$
                declare one uuid;
                begin
                    perform set_config('synchronous_commit', 'off', false);
                    for one in select id from bench_order loop
                        update episodes set reward = coalesce(reward, 0) + 1 where id = one;
                        commit;
                    end loop;
                end $$""");
        pair.execute(pair.first(), "drop table bench_order");
        pair.settle();
        Cost floor = pair.floor();
        pair.cost(() -> pair.pull()).print("catch_up_" + updates, floor);
        boolean equal = pair.equal();
        Output.print("catch_up_equal", equal);
        return equal;
    }
}
