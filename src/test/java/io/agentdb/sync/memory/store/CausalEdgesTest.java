package io.agentdb.sync.memory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.InvalidInput;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A question about causes ends, whatever PostgreSQL is busy with. */
class CausalEdgesTest {

    private final DataSource database = MemoryFixture.newNode();
    private final CausalEdges edges = new CausalEdges(database, Duration.ofSeconds(1));

    @Test
    void questionThatTakesTooLong_isRefusedByName_andTheNextIsAnswered() throws Exception {
        try (Connection busy = database.getConnection()) {
            busy.setAutoCommit(false);
            busy.createStatement().execute("lock table edges in access exclusive mode");
            assertThatThrownBy(() -> edges.find(Optional.of("x"), Optional.empty(), 0, 0, 10))
                    .isInstanceOf(InvalidInput.class).hasMessageContaining("takes too long");
            busy.rollback();
        }
        assertThat(edges.find(Optional.of("x"), Optional.empty(), 0, 0, 10).total()).isZero();
    }
}
