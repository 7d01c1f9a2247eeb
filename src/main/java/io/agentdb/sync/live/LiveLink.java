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
    interface LinkListener {

        /** Records and bytes that were exchanged in one turn. */
        void carried(Exchanged more);

        /** How far it has come is to be noted, soon: {@code now} does not block. */
        void noteDue(Runnable now);

        /** Something is to be done that only a whole run does. */
        void runDue();

        /** It is over; once. */
        void ended();

        /** It is over because of this; once, after {@link #ended}. */
        void failed(Throwable e);
    }

    private final Exchange exchange;
    private final Ongoing ongoing;
    private final RunTally tally;
    private final LinkListener listener;
    private final RecurringWork turns;
    private volatile Runnable unwatch = () -> { };
    private volatile boolean closing;
    private volatile boolean news;
    private volatile boolean note;
    /** Of the turns alone, as what follows. */
    private boolean noteIsDue;
    private Exchanged before = Exchanged.NOTHING;

    LiveLink(Exchange exchange, Ongoing ongoing, RunTally tally, Executor executor, LinkListener listener) {
        this.exchange = exchange;
        this.ongoing = ongoing;
        this.tally = tally;
        this.listener = listener;
        this.turns = new RecurringWork(executor::execute, this::turn);
    }

    /** @param watch has its argument called when there is something new here, and returns how to end that */
    void begin(UnaryOperator<Runnable> watch) {
        unwatch = watch.apply(this::due);
        due();
    }

    /** Ends it, after the turn that is under way. */
    @Override
    public void close() {
        closing = true;
        turns.call();
    }

    private void due() {
        news = true;
        turns.call();
    }

    private void noteNow() {
        note = true;
        turns.call();
    }

    private void turn() {
        try {
            if (closing) {
                ongoing.note();
                end();
                return;
            }
            if (note) {
                note = false;
                noteIsDue = false;
                ongoing.note();
            }
            if (news) {
                news = false;
                goOn();
            }
            exchange.rest(this::due);
        } catch (RuntimeException | Error e) {
            end();
            listener.failed(e);
        }
    }

    private void goOn() {
        boolean enough = ongoing.goOn();
        if (tally.items() > before.items()) {
            Exchanged now = new Exchanged(tally.itemsPushed(), tally.itemsPulled(), exchange.wireBytes());
            listener.carried(now.since(before));
            before = now;
        }
        if (!enough) {
            listener.runDue();
        }
        if (ongoing.unnoted() && !noteIsDue) {
            noteIsDue = true;
            listener.noteDue(this::noteNow);
        }
    }

    private void end() {
        turns.end();
        unwatch.run();
        exchange.close();
        listener.ended();
    }
}
