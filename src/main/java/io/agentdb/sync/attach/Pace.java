package io.agentdb.sync.attach;

/**
 * How often something is done that takes longer the larger the file is: at each look of a small one, of a large one so
 * seldom that it takes a twentieth of the time at most. One thread.
 */
final class Pace {

    /** Of all time at most one part of so many. */
    static final int SHARE = 20;

    private final int share;
    private long begun;
    private long next = System.nanoTime();

    /** @param share 0 to do it at each look */
    Pace(int share) {
        this.share = share;
    }

    /** Whether it is time; then it begins. */
    boolean isDue() {
        begun = System.nanoTime();
        return begun - next >= 0;
    }

    void done() {
        long now = System.nanoTime();
        next = now + (long) share * (now - begun);
    }
}
