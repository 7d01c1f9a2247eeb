package io.agentdb.sync.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class AsynchronousCommitTest {

    private final DataSource database = TestPostgres.newDatabase();
    private final JdbcTemplate jdbc = new JdbcTemplate(database);
    private final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(database));
    private final AsynchronousCommit commit = new AsynchronousCommit(jdbc, transaction);

    @Test
    void note_doesNotWaitForTheDisk_andWhatIsPartOfABatchDoes() {
        // The tests' server waits for no commit.
        jdbc.execute("alter database " + jdbc.queryForObject("select current_database()", String.class)
                + " set synchronous_commit = on");
        String note = commit.of(this::synchronousCommit);
        String within = transaction.execute(status -> commit.of(this::synchronousCommit) + synchronousCommit());
        assertThat(note).isEqualTo("off");
        assertThat(within).as("within a batch, and behind it").isEqualTo("onon");
        assertThat(synchronousCommit()).isEqualTo("on");
    }

    private String synchronousCommit() {
        return jdbc.queryForObject("show synchronous_commit", String.class);
    }
}
