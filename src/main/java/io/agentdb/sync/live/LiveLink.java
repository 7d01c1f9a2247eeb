package io.agentdb.sync.live;

import io.agentdb.sync.conversation.Ongoing;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.RecurringWork;
import io.agentdb.sync.run.RunTally;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** One direction of live sync with a peer: a push or a pull that stays open. Thread-safe; nothing here blocks. */
final class LiveLink implements AutoCloseable {

    /** What hears of a link. */
    interface Listener {

        /** Records and bytes that were exchanged in one turn. */
        void carried(long items, long bytes);

        /** Something is to be done that only a whole run does. */
        void runDue();

        /** It is over; once. */
        void ended();

        /** It is over because of this; once, after {@link #ended}. */
        void failed(RuntimeException e);
    }

    private final Exchange exchange;
    private final Ongoing ongoing;
    private final RunTally tally;
    private final Listener listener;
    private final RecurringWork turns;
    private volatile Runnable unwatch = () -> { };
    private volatile boolean closing;
    private long items;
    private long bytes;

    LiveLink(Exchange exchange, Ongoing ongoing, RunTally tally, Executor executor, Listener listener) {
        this.exchange = exchange;
        this.ongoing = ongoing;
        this.tally = tally;
        this.listener = listener;
        this.turns = new RecurringWork(executor::execute, this::turn);
    }

    /** @param watch has its argument called when there is something new here, and returns how to end that */
    void begin(UnaryOperator<Runnable> watch) {
        unwatch = watch.apply(turns::call);
        turns.call();
    }

    /** Ends it, after the turn that is under way. */
    @Override
    public void close() {
        closing = true;
        turns.call();
    }

    private void turn() {
        if (closing) {
            end();
            return;
        }
        try {
            boolean enough = ongoing.goOn();
            count();
            if (!enough) {
                listener.runDue();
            }
            exchange.rest(turns::call);
        } catch (RuntimeException e) {
            end();
            listener.failed(e);
        }
    }

    private void count() {
        if (tally.items() > items) {
            listener.carried(tally.items() - items, exchange.wireBytes() - bytes);
            items = tally.items();
            bytes = exchange.wireBytes();
        }
    }

    private void end() {
        turns.end();
        unwatch.run();
        exchange.close();
        listener.ended();
    }
}
