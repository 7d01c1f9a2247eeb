package io.agentdb.sync.attach;

import io.agentdb.sync.memory.SafeText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** What has gone through an attachment since this process began, and what is held back. Thread-safe. */
final class AttachTally {

    /** Which way a row or a deletion went; what was not carried over in either. */
    enum Passed { ROWS_IN, ROWS_OUT, DELETES_IN, DELETES_OUT, WITHOUT_VECTOR, NO_ROW_FOR_IT }

    private static final int REASON = 300;
    private static final int MOST_REASONS = 500;

    private final Map<Passed, LongAdder> counts = new ConcurrentSkipListMap<>();
    /** By table and row, or by kind and id. */
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    /** Why, of the first of them: of a whole file that is refused, all would take as much memory as the file. */
    private final Map<String, String> reasons = new ConcurrentSkipListMap<>();
    private final AtomicBoolean askedAgain = new AtomicBoolean();

    AttachTally() {
        for (Passed passed : Passed.values()) {
            counts.put(passed, new LongAdder());
        }
    }

    void count(Passed passed) {
        count(passed, 1);
    }

    void count(Passed passed, long more) {
        adder(passed).add(more);
    }

    long of(Passed passed) {
        return adder(passed).sum();
    }

    /** Something is held back until its reason is gone, or this process begins anew. */
    void hold(String what, String why) {
        held.add(what);
        if (reasons.size() < MOST_REASONS || reasons.containsKey(what)) {
            reasons.put(what, SafeText.text(why, REASON));
        }
    }

    boolean holds(String what) {
        return held.contains(what);
    }

    /** A person wants what is held back to be looked at again. */
    void askAgain() {
        askedAgain.set(true);
    }

    /** Whether a person wants it; then nothing is held back until it is refused again. */
    boolean takesAgain() {
        boolean asked = askedAgain.getAndSet(false);
        if (asked) {
            held.clear();
            reasons.clear();
        }
        return asked;
    }

    void release(String what) {
        held.remove(what);
        reasons.remove(what);
    }

    int held() {
        return held.size();
    }

    /** The first of what is held, with the reason. */
    Map<String, String> held(int most) {
        Map<String, String> first = new LinkedHashMap<>();
        reasons.entrySet().stream().limit(most).forEach(one -> first.put(one.getKey(), one.getValue()));
        return first;
    }

    private LongAdder adder(Passed passed) {
        return counts.computeIfAbsent(passed, one -> new LongAdder());
    }
}
