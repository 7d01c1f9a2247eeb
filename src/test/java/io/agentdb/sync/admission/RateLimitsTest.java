package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    @Test
    void requests_areCounted_andTheOneTooManyIsToldHowLongToWait() {
        RateLimits limits = new RateLimits(60, 1_000_000);
        for (int i = 0; i < 60; i++) {
            assertThat(limits.request("a")).isZero();
        }
        assertThat(limits.request("a")).isBetween(Duration.ofNanos(1), Duration.ofSeconds(1));
        assertThat(limits.usage().get(0).totalRequests()).isEqualTo(60);
        assertThat(limits.usage().get(0).paced()).isEqualTo(1);
    }

    @Test
    void bytes_areChargedAfterwards_andTheDebtHasToBePaid() {
        RateLimits limits = new RateLimits(60, 60_000);
        limits.charge("a", 120_000);
        assertThat(limits.debt("a")).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(64));
        assertThat(limits.request("a")).isGreaterThan(Duration.ofSeconds(59));
        assertThat(limits.usage().get(0).bytesLeft()).isNegative();
    }

    @Test
    void wait_endsWithRoomForMoreThanOneBatch() {
        RateLimits limits = new RateLimits(60, 60_000);
        limits.charge("a", 60_000);
        assertThat(limits.debt("a")).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    @Test
    void oneClient_doesNotPayForAnother() {
        RateLimits limits = new RateLimits(1, 100);
        limits.charge("a", 1_000);
        assertThat(limits.request("b")).isZero();
        assertThat(limits.debt("b")).isZero();
    }

    @Test
    void idleClients_areForgotten_andBusyOnesKept() {
        RateLimits limits = new RateLimits(60, 1_000);
        limits.charge("busy", 500_000);
        for (int i = 0; i <= 10_001; i++) {
            limits.debt("idle " + i);
        }
        assertThat(limits.usage()).hasSizeLessThan(100).extracting(RateLimits.Usage::client).contains("busy");
    }
}
