package io.agentdb.sync.live;

import io.agentdb.sync.conversation.Ongoing;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.run.RunTally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** The two directions with one peer, of which one ends with the other. Thread-safe once it has begun. */
final class Following implements LiveLink.LinkListener {

    /** What hears of it. */
    interface FollowingListener {

        /** What was exchanged in some time; blocks on the database. */
        void carried(PeerName peer, Exchanged some);

        /** What was exchanged in a long time, or until it was over. */
        void summedUp(PeerName peer, Exchanged all, Duration time);

        void runDue();

        /** It is over, whyever; once. */
        void ended();

        /** It has failed, having gone on for that long; at most once. */
        void failed(Following following, Duration stood, Throwable e);
    }

    /** Between two times that it is written down what was exchanged, and how far: each costs a commit. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Between two lines of the log: where agents write all the time, there would be one for each of their pauses. */
    private static final Duration SUM = Duration.ofMinutes(10);

    private final PeerName peer;
    private final Executor executor;
    private final Later later;
    private final FollowingListener listener;
    private final List<LiveLink> links = new ArrayList<>();
    private final List<Runnable> beginnings = new ArrayList<>();
    private final AtomicBoolean runIsDue = new AtomicBoolean();
    private long since = System.nanoTime();
    private boolean begun;
    private boolean over;
    private int alive;
    private Exchanged uncounted = Exchanged.NOTHING;
    private Exchanged untold = Exchanged.NOTHING;
    private long untoldSince;

    Following(PeerName peer, Executor executor, Later later, FollowingListener listener) {
        this.peer = peer;
        this.executor = executor;
        this.later = later;
        this.listener = listener;
    }

    PeerName peer() {
        return peer;
    }

    /** @param watch has its argument called when there is something new here, and returns how to end that */
    void add(Exchange exchange, Ongoing ongoing, RunTally tally, UnaryOperator<Runnable> watch) {
        LiveLink link = new LiveLink(exchange, ongoing, tally, executor, this);
        links.add(link);
        beginnings.add(() -> link.begin(watch));
    }

    void begin() {
        synchronized (this) {
            alive = links.size();
            begun = true;
            since = System.nanoTime();
        }
        beginnings.forEach(Runnable::run);
        // It may have been closed, or one direction have failed, before the other had begun.
        if (isOver()) {
            links.forEach(LiveLink::close);
        }
    }

    synchronized boolean begun() {
        return begun;
    }

    /** Before it has begun, whoever begins it ends it. */
    void close() {
        synchronized (this) {
            over = true;
            if (!begun) {
                return;
            }
        }
        links.forEach(LiveLink::close);
    }

    /** It could not begin. */
    void giveUp(RuntimeException e) {
        synchronized (this) {
            alive = links.size();
            begun = true;
        }
        failed(e);
        if (links.isEmpty()) {
            listener.ended();
        }
    }

    @Override
    public void carried(Exchanged more) {
        boolean first;
        boolean firstUntold;
        synchronized (this) {
            first = uncounted.items() == 0;
            firstUntold = untold.items() == 0;
            untoldSince = firstUntold ? System.nanoTime() : untoldSince;
            uncounted = uncounted.plus(more);
            untold = untold.plus(more);
        }
        if (first) {
            later.after(PAUSE, this::count);
        }
        if (firstUntold) {
            later.after(SUM, this::sumUp);
        }
    }

    private void count() {
        Exchanged now;
        synchronized (this) {
            now = uncounted;
            uncounted = Exchanged.NOTHING;
        }
        listener.carried(peer, now);
    }

    /** A burst is told once, some minutes after it has begun, and so is what goes on for ever, again and again. */
    private void sumUp() {
        Exchanged now;
        Duration time;
        synchronized (this) {
            now = untold;
            untold = Exchanged.NOTHING;
            time = Duration.ofNanos(System.nanoTime() - untoldSince);
        }
        if (now.items() > 0) {
            listener.summedUp(peer, now, time);
        }
    }

    @Override
    public void noteDue(Runnable now) {
        later.after(PAUSE, now);
    }

    /** One for all that is due within a while. */
    @Override
    public void runDue() {
        if (!runIsDue.getAndSet(true)) {
            later.after(PAUSE, () -> {
                runIsDue.set(false);
                listener.runDue();
            });
        }
    }

    @Override
    public void ended() {
        boolean last;
        synchronized (this) {
            last = --alive == 0;
        }
        if (last) {
            sumUp();
            listener.ended();
        }
    }

    @Override
    public void failed(Throwable e) {
        boolean first;
        Duration stood;
        synchronized (this) {
            first = !over;
            over = true;
            stood = Duration.ofNanos(System.nanoTime() - since);
        }
        links.forEach(LiveLink::close);
        if (first) {
            listener.failed(this, stood, e);
        }
    }

    private synchronized boolean isOver() {
        return over;
    }
}
