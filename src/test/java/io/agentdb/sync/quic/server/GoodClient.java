package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.run.SyncReport;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/** A node that writes and synchronizes with another one, again and again, in a thread of its own. */
final class GoodClient implements AutoCloseable {

    private final TestNode self = TestNode.start("good");
    private final TestNode server;
    private final Thread thread = new Thread(this::run, "good-client");
    private volatile boolean over;
    private volatile int runs;
    private volatile String complaint;

    GoodClient(TestNode server) {
        this.server = server;
    }

    void start() {
        thread.start();
    }

    /** How often it was served; it fails if that ever went wrong, or what it wrote is not there as it wrote it. */
    int served() {
        assertThat(complaint).as("what the good client met with").isNull();
        Map<UUID, String> there = written(server.jdbc());
        Map<UUID, String> here = written(self.jdbc());
        assertThat(here).as("what the good client wrote").containsAllEntriesOf(there);
        return runs;
    }

    private void run() {
        while (!over && complaint == null) {
            self.jdbc().update("insert into episodes (session_id, task) values ('good', ?)", "task " + runs);
            self.jdbc().update(
                    "insert into skills (name, uses) values ('good', ?) on conflict (id) do update set uses ="
                    + " excluded.uses", runs);
            SyncReport report = self.sync(server);
            complaint = report.success() ? null : "run " + runs + " failed: " + report.errors();
            runs++;
        }
    }

    /** After the last run, everything is there. */
    void stop() throws InterruptedException {
        over = true;
        thread.join();
        assertThat(complaint).isNull();
        assertThat(written(server.jdbc())).isEqualTo(written(self.jdbc()));
        List<Integer> uses = server.jdbc().queryForList("select uses from skills where name = 'good'", Integer.class);
        assertThat(uses).containsExactly(runs - 1);
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join();
        self.close();
    }

    private static Map<UUID, String> written(JdbcTemplate jdbc) {
        return jdbc.queryForList("select id, task from episodes where session_id = 'good'").stream()
                .collect(Collectors.toMap(row -> (UUID) row.get("id"), row -> (String) row.get("task")));
    }
}
