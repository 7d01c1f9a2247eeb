package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimits limits = new RateLimits(60, 10_000_000, nanos::get);

    @Test
    void sixtyRequestsAMinute_areAnswered_andTheNextIsToldWhenToComeBack() {
        for (int i = 0; i < 60; i++) {
            assertThat(limits.request("a")).isZero();
        }
        Duration wait = limits.request("a");
        assertThat(wait).isBetween(Duration.ofMillis(900), Duration.ofSeconds(1));
        pass(wait);
        assertThat(limits.request("a")).isZero();
    }

    @Test
    void oneClientsRequests_areNotAnothers() {
        for (int i = 0; i < 100; i++) {
            limits.request("a");
        }
        assertThat(limits.request("b")).isZero();
    }

    @Test
    void bytes_areChargedIntoDebt_andTheNextRequestWaitsUntilSomeAreThereAgain() {
        limits.charge("a", 20_000_000);
        Duration wait = limits.request("a");
        // A minute pays the debt, a tenth of one brings the next million.
        assertThat(wait).isBetween(Duration.ofSeconds(65), Duration.ofSeconds(66));
        assertThat(limits.debt("a")).isEqualTo(wait);
        pass(wait);
        assertThat(limits.debt("a")).isZero();
        assertThat(limits.request("a")).isZero();
    }

    @Test
    void clientInDebt_spendsNoRequests() {
        limits.charge("a", 10_000_001);
        for (int i = 0; i < 100; i++) {
            assertThat(limits.request("a")).isPositive();
        }
        assertThat(limits.usage().get(0).requestsLeft()).isEqualTo(60);
    }

    @Test
    void limitBeyondEveryNetwork_isNoLimit() {
        RateLimits none = new RateLimits(Long.MAX_VALUE, Long.MAX_VALUE);
        none.charge("a", 1 << 30);
        assertThat(none.request("a")).isZero();
    }

    @Test
    void usage_tellsWhatIsLeftAndHowOftenAClientWasPaced() {
        limits.request("a");
        limits.charge("a", 10_000_500);
        limits.request("a");
        assertThat(limits.usage()).containsExactly(new RateLimits.Usage(
                "a", 59, 60, -500, 10_000_000, 1, 10_000_500, 1));
    }

    @Test
    void clientsThatHaveBeenIdle_areForgottenBeforeThereAreTooMany() {
        for (int i = 0; i < 10_000; i++) {
            limits.request("client " + i);
        }
        pass(Duration.ofMinutes(1));
        limits.request("one more");
        assertThat(limits.usage()).hasSize(1);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
