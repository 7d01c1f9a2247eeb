package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.OwnThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private final List<String> served = new ArrayList<>();

    @Test
    void clientsTakeTurns_howeverManyRequestsOneOfThemMakes() throws Exception {
        FairQueue turns = new FairQueue(1, 100);
        for (int i = 0; i < 5; i++) {
            offer(turns, "greedy");
        }
        offer(turns, "modest");
        offer(turns, "other");
        offer(turns, "modest");
        for (int i = 0; i < 8; i++) {
            FairQueue.Turn turn = turns.take();
            turn.work().run();
            turns.done(turn);
        }
        assertThat(served).containsExactly("greedy", "modest", "other", "greedy", "modest", "greedy", "greedy",
                "greedy");
    }

    @Test
    void oneClientNeverHasAllWorkers() throws Exception {
        FairQueue turns = new FairQueue(8, 100);
        for (int i = 0; i < 20; i++) {
            offer(turns, "greedy");
        }
        for (int i = 0; i < 4; i++) {
            assertThat(turns.take().client()).isEqualTo("greedy");
        }
        CompletableFuture<FairQueue.Turn> next = OwnThread.get(() -> take(turns));
        offer(turns, "modest");
        assertThat(next.get(10, TimeUnit.SECONDS).client()).isEqualTo("modest");
    }

    @Test
    void moreClientsThanWorkers_haveOneTurnEach_andTheOthersWaitForTheirs() throws Exception {
        FairQueue turns = new FairQueue(3, 100);
        for (String client : List.of("a", "a", "b", "c", "d")) {
            offer(turns, client);
        }
        FairQueue.Turn first = turns.take();
        assertThat(List.of(first.client(), turns.take().client(), turns.take().client()))
                .containsExactly("a", "b", "c");
        turns.done(first);
        assertThat(turns.take().client()).as("not a again").isEqualTo("d");
    }

    @Test
    void clientWithTooManyWaiting_isRefused_andTheOthersAreNot() {
        FairQueue turns = new FairQueue(1, 2);
        assertThat(turns.offer("greedy", () -> { })).isTrue();
        assertThat(turns.offer("greedy", () -> { })).isTrue();
        assertThat(turns.offer("greedy", () -> { })).isFalse();
        assertThat(turns.offer("modest", () -> { })).isTrue();
    }

    @Test
    void closed_letsEverybodyGo() throws Exception {
        FairQueue turns = new FairQueue(1, 2);
        CompletableFuture<FairQueue.Turn> waiting = OwnThread.get(() -> take(turns));
        turns.close();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(turns.offer("late", () -> { })).isFalse();
    }

    private void offer(FairQueue turns, String client) {
        assertThat(turns.offer(client, () -> served.add(client))).isTrue();
    }

    private static FairQueue.Turn take(FairQueue turns) {
        try {
            return turns.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
