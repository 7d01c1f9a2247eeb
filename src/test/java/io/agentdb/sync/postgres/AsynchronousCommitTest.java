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

    @Test
    void oneStatement_doesNotWaitForTheDisk_andWhatIsPartOfABatchDoes() {
        jdbc.execute("alter database " + jdbc.queryForObject("select current_database()", String.class)
                + " set synchronous_commit = on");
        jdbc.execute("""
                create table notes (id int primary key, seen text);
                create table commits (id int, setting text);
                create function at_commit() returns trigger language plpgsql as $$ begin
                    insert into commits values (new.id, current_setting('synchronous_commit')); return null; end $$;
                create constraint trigger at_commit after insert or update on notes deferrable initially deferred
                    for each row execute function at_commit()""");
        String insert = "insert into notes as n values (?, ?) on conflict (id) do update set seen = excluded.seen"
                + " where n.seen is distinct from excluded.seen";
        assertThat(commit.update(insert, 1, "first")).isOne();
        assertThat(commit.update(insert, 1, "first")).as("what is there already").isZero();
        transaction.executeWithoutResult(status -> assertThat(commit.update(insert, 2, null)).isOne());
        assertThat(jdbc.queryForList("select setting from commits order by id", String.class))
                .containsExactly("off", "on");
    }

    private String synchronousCommit() {
        return jdbc.queryForObject("show synchronous_commit", String.class);
    }
}
