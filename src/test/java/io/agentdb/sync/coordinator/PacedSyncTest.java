package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A peer that gives little per minute. */
class PacedSyncTest {

    @Test
    void syncOverTheLimit_isPaced_notFailed_andItsProgressSaysSo() throws InterruptedException {
        try (TestNode a = TestNode.start("hurried");
                TestNode b = TestNode.start("frugal", "agentdb.server.rate-limit.max-bytes-per-minute=600000B",
                        "agentdb.server.rate-limit.max-requests-per-minute=60")) {
            a.jdbc().update("""
                    insert into episodes (session_id, task, input)
                    select 's', 'task ' || i, (select string_agg(md5(i || '.' || j), '') from generate_series(1, 100) j)
                    from generate_series(1, 370) i
                    """);
            List<String> messages = new CopyOnWriteArrayList<>();
            SyncRun run = a.bean(SyncCoordinator.class).start(a.peer(b), new RunOptions(null, null, null, 10));
            run.watch(progress -> {
                if (progress.message() != null) {
                    messages.add(progress.message());
                }
            }, report -> { });
            SyncReport report = run.await(Duration.ofSeconds(60)).orElse(null);
            assertThat(report).as(run.history().toString()).isNotNull();
            assertThat(report.errors()).isEmpty();
            assertThat(messages).isNotEmpty().allMatch(message -> message.startsWith("paced by the peer: going on in"));
            assertThat(a.digests()).isEqualTo(b.digests());
            assertThat(b.bean(io.agentdb.sync.admission.RateLimits.class).usage().get(0).paced()).isPositive();
        }
    }
}
