package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentdb.sync.run.RunOptions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What the log says of runs. */
class RunLogTest {

    private static final Logger RUNS = (Logger) LoggerFactory.getLogger("io.agentdb.sync.coordinator");
    private static TestNode here;
    private static TestNode there;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeAll
    static void start() {
        there = TestNode.start("logthere", "agentdb.sync.conflict-strategy=manual");
        here = TestNode.start("loghere", "agentdb.sync.conflict-strategy=manual", "agentdb.client.max-retries=0");
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    @BeforeEach
    void listen() {
        here.sync(there);
        RUNS.setLevel(Level.DEBUG);
        lines.start();
        RUNS.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        RUNS.detachAppender(lines);
        RUNS.setLevel(null);
    }

    @Test
    void finishedRun_tellsWithWhom_howMuchBothWays_andHowLong_inOneLine() {
        here.episode("one");
        there.episode("two");
        there.episode("three");
        here.sync(there);
        assertThat(told()).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getFormattedMessage()).matches("Sync with logthere is done: records sent 1, received 2,"
                    + " conflicts 0, [1-9]\\d* bytes, \\d+ ms");
            assertThat(values(line.getKeyValuePairs())).containsEntry("agentdb.sent", 1L)
                    .containsEntry("agentdb.received", 2L).containsEntry("agentdb.conflicts", 0L)
                    .containsKeys("agentdb.bytes", "agentdb.quarantined", "event.duration");
        });
    }

    @Test
    void conflicts_andThoseThatWaitForAPerson_areInTheLine() {
        UUID both = here.episode("both");
        here.sync(there);
        here.jdbc().update("update episodes set task = 'here' where id = ?", both);
        there.jdbc().update("update episodes set task = 'there' where id = ?", both);
        here.sync(there);
        assertThat(told()).last().extracting(ILoggingEvent::getFormattedMessage).asString()
                .contains("conflicts 1 (open 1)");
    }

    @Test
    void quietRun_saysSoAtDebugAlone() {
        here.sync(there);
        assertThat(told()).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
            assertThat(line.getFormattedMessage()).contains("records sent 0, received 0");
        });
    }

    @Test
    void linesOfARun_bearWithWhomAndInWhichRun_alsoOfOneThatFails() {
        SyncRun run = here.bean(SyncCoordinator.class).start(here.peer(there, 1), RunOptions.DEFAULT);
        org.awaitility.Awaitility.await().until(() -> run.report() != null);
        assertThat(lines.list).filteredOn(line -> line.getLevel() == Level.WARN).singleElement().satisfies(line -> {
            assertThat(line.getFormattedMessage()).startsWith("Sync with logthere failed, unreachable: ")
                    .doesNotContain("it had done");
            assertThat(line.getMDCPropertyMap()).containsEntry("agentdb.peer", "logthere")
                    .containsEntry("agentdb.run", run.id().toString());
        });
        assertThat(told()).as("it is not done").isEmpty();
    }

    private List<ILoggingEvent> told() {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getFormattedMessage().startsWith("Sync with logthere is done")).toList();
    }

    private static Map<String, Object> values(List<KeyValuePair> pairs) {
        return pairs.stream().collect(java.util.stream.Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }
}
