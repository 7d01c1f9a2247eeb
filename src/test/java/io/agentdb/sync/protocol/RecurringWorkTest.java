package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecurringWorkTest {

    private final Queue<Runnable> taken = new ArrayDeque<>();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void manyCallsBeforeATurn_areServedByIt() {
        RecurringWork work = new RecurringWork(taken::add, done::incrementAndGet);
        for (int i = 0; i < 100; i++) {
            work.call();
        }
        assertThat(taken).hasSize(1);
        taken.remove().run();
        assertThat(taken).isEmpty();
        assertThat(done).hasValue(1);
    }

    @Test
    void callsDuringATurn_bringOneMore() {
        RecurringWork[] work = new RecurringWork[1];
        work[0] = new RecurringWork(taken::add, () -> {
            if (done.incrementAndGet() == 1) {
                work[0].call();
                work[0].call();
                work[0].call();
            }
        });
        work[0].call();
        while (!taken.isEmpty()) {
            taken.remove().run();
        }
        assertThat(done).hasValue(2);
    }

    @Test
    void ended_isNotDoneAgain_norWhatWaits() {
        RecurringWork work = new RecurringWork(taken::add, done::incrementAndGet);
        work.call();
        work.end();
        work.call();
        taken.remove().run();
        assertThat(taken).isEmpty();
        assertThat(done).hasValue(0);
    }

    @Test
    void noCallIsLost_andNoTwoTurnsOverlap() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        RecurringWork work = new RecurringWork(threads::execute, () -> {
            if (inside.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
            }
            seen.set(asked.get());
            inside.decrementAndGet();
        });
        CountDownLatch callers = new CountDownLatch(2);
        for (int caller = 0; caller < 2; caller++) {
            threads.execute(() -> {
                for (int i = 0; i < 10_000; i++) {
                    asked.incrementAndGet();
                    work.call();
                }
                callers.countDown();
            });
        }
        assertThat(callers.await(1, TimeUnit.MINUTES)).isTrue();
        await().untilAtomic(seen, equalTo(20_000));
        assertThat(overlaps).hasValue(0);
        threads.shutdown();
    }
}
