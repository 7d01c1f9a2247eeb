package io.agentdb.sync.memory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.transfer.ImportReport;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a trigger of somebody's own drops a write without an error, its writer hears of it. */
class DroppedWritesTest {

    private final MemoryFixture node = new MemoryFixture();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void createThatATriggerDrops_isRefused() {
        drop("insert");
        assertThatThrownBy(() -> node.store.create(Shape.EPISODES, episode("unwanted"))).isInstanceOf(RuleBroken.class)
                .hasMessageContaining("dropped the record without an error");
        assertThatThrownBy(() -> node.store.write(Shape.EPISODES, Identity.newEpisode(), none -> episode("unwanted")))
                .isInstanceOf(RuleBroken.class);
    }

    @Test
    void updateThatATriggerDrops_isRefused() {
        UUID id = node.store.create(Shape.EPISODES, episode("wanted")).id();
        drop("update");
        assertThatThrownBy(() -> node.store.write(Shape.EPISODES, id, present -> renamed(present, "unwanted")))
                .isInstanceOf(RuleBroken.class);
        assertThat(node.store.find(Shape.EPISODES, id).orElseThrow().task()).isEqualTo("wanted");
    }

    @Test
    void deleteThatATriggerPrevents_isRefused() {
        UUID id = node.store.create(Shape.EPISODES, episode("unwanted")).id();
        drop("delete");
        assertThatThrownBy(() -> node.store.delete(Shape.EPISODES, id)).isInstanceOf(RuleBroken.class)
                .hasMessageContaining("kept the record");
        assertThat(node.store.find(Shape.EPISODES, id)).isPresent();
    }

    @Test
    void importedRowThatATriggerDrops_isNamed_andTheOthersAreThere() {
        drop("insert");
        ImportReport report = node.lines("{\"kind\": \"episodes\", \"sessionId\": \"s\", \"task\": \"one\"}",
                "{\"kind\": \"episodes\", \"sessionId\": \"s\", \"task\": \"unwanted\"}",
                "{\"kind\": \"episodes\", \"sessionId\": \"s\", \"task\": \"two\"}");
        assertThat(report.errors()).singleElement().satisfies(
                error -> assertThat(error.toString()).contains("dropped the record"));
        assertThat(node.count(Kind.EPISODES)).isEqualTo(2);
    }

    private void drop(String operation) {
        node.jdbc.sql("""
                create function dropping() returns trigger language plpgsql as $$
                begin
                    if coalesce(new.task, old.task) = 'unwanted' then
                        return null;
                    end if;
                    return new;
                end $$""").update();
        node.jdbc.sql("create trigger dropping before " + operation
                + " on episodes for each row execute function dropping()").update();
    }

    private static Episode episode(String task) {
        Instant now = Instant.parse("2026-11-29T00:00:00Z");
        return new Episode(Identity.newEpisode(), now, "s", task, null, null, null, null, null, null, null, null, null,
                now);
    }

    private static Episode renamed(Episode old, String task) {
        return new Episode(old.id(), old.ts(), "s", task, null, null, null, null, null, null, null, null, null,
                old.createdAt());
    }
}
