package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.attach.AttachSettings.AttachMode;
import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.attach.Attachment.AttachState;
import io.agentdb.sync.attach.copy.ReadOnlyFile;
import io.agentdb.sync.memory.InvalidInput;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an attachment does with a file that is not there yet, is being made, or is no file for it. */
class AttachmentLifeTest extends WithAttachedFile {

    @TempDir
    private Path directory;
    private Path path;
    private Attachment attachment;

    @BeforeEach
    void begin() {
        path = directory.resolve("agentdb.db");
        attachment = new Attachment(9, new FileToAttach(path, AttachMode.AUTO, Duration.ofMillis(20), List.of(),
                DeleteMode.PROPAGATE, 3), node.bean(AttachParts.class));
        attachment.start();
    }

    @AfterEach
    void end() throws Exception {
        attachment.close();
    }

    @Test
    void fileThatAgentDbIsJustMaking_isKeptInStep_whateverOfItIsSeenFirst() throws Exception {
        await().until(() -> attachment.status().problem() != null);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table first (x)");
            await().until(() -> attachment.state() == AttachState.READ_ONLY);
            statement.executeQuery("pragma journal_mode = wal").close();
            await().until(() -> attachment.state() == AttachState.STARTING
                    && String.valueOf(attachment.status().problem()).contains("it has no episodes yet"));
        }
        try (AgentFile made = AgentFile.open(path)) {
            made.episode("the first");
            await().until(() -> attachment.state() == AttachState.TWO_WAY);
            await().until(() -> jdbc.queryForObject("select count(*) from episodes", Long.class) == 1);
        }
    }

    @Test
    void fileOfWhichOnlySomeTablesAreMade_isWaitedFor() throws Exception {
        String tables;
        try (InputStream schema = getClass().getResourceAsStream("/attach/agentdb.sql")) {
            tables = new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        }
        int half = tables.toLowerCase(Locale.ROOT).indexOf("create table causal_edges");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            statement.executeQuery("pragma journal_mode = wal").close();
            statement.executeUpdate(tables.substring(0, half));
            await().until(() -> attachment.state() == AttachState.STARTING
                    && String.valueOf(attachment.status().problem()).contains("it has no causal_edges yet"));
            statement.executeUpdate(tables.substring(half));
            await().until(() -> attachment.state() == AttachState.TWO_WAY);
        }
    }

    @Test
    void fileThatIsGone_isWaitedFor_andSaidSo() throws Exception {
        try (AgentFile made = AgentFile.open(path)) {
            await().until(() -> attachment.state() == AttachState.TWO_WAY);
            Files.delete(path);
            await().until(() -> attachment.state() == AttachState.STOPPED);
            assertThat(attachment.status().why()).contains("gone");
        }
        assertThat(attachment.resume()).isTrue();
        await().until(() -> attachment.state() == AttachState.STARTING);
        assertThat(attachment.resume()).as("it has not stopped").isFalse();
        await().until(() -> String.valueOf(attachment.status().problem()).contains("no such file"));
        assertThat(attachment.status().why()).isNull();
    }

    @Test
    void personsWordBeforeIt_shortensNoWait() {
        WakeUp wakeUp = new WakeUp();
        wakeUp.resume(() -> true);
        long begun = System.nanoTime();
        wakeUp.await(TimeUnit.MILLISECONDS.toNanos(30));
        assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(25));
    }

    @Test
    void fileThatImportRefuses_isCopiedOnce_andRefusedWithTheSameWordsUntilItChanges() throws Exception {
        Path bad = Files.writeString(directory.resolve("bad.db"), "SQLite format 3\0 and then nothing of the kind");
        AttachParts parts = node.bean(AttachParts.class);
        ReadOnlyFile file = new ReadOnlyFile(bad, parts.importer(), parts.scratch());
        AtomicReference<Throwable> first = new AtomicReference<>();
        await().until(() -> {
            first.set(catchThrowable(file::look));
            return first.get() != null;
        });
        assertThat(first.get()).isInstanceOf(InvalidInput.class);
        assertThat(catchThrowable(file::look)).isSameAs(first.get());
        Files.writeString(bad, "something else");
        assertThat(catchThrowable(file::look)).as("not still yet").isNull();
    }
}
