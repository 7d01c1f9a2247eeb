package io.agentdb.sync.example;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.run.SyncSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/** Tells the example's story once the local node is up, then leaves or stays, as the settings say. */
@Component
@Profile(OwnGround.PROFILE)
class TwoNodes implements ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(TwoNodes.class);
    private static final int BY_LOCAL = 6_000;
    private static final int BY_REMOTE = 4_000;

    private final ConfigurableApplicationContext context;
    private final RemoteNode remoteNode;
    private final ExampleSettings settings;
    private final Screen screen = Screen.standard();

    TwoNodes(ConfigurableApplicationContext context, RemoteNode remoteNode, ExampleSettings settings) {
        this.context = context;
        this.remoteNode = remoteNode;
        this.settings = settings;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        try {
            int status = story();
            if (settings.exit()) {
                leave(status);
            }
        } catch (ExampleFailure e) {
            stopped(e, () -> screen.line(screen.verdict(false, e.getMessage())));
        } catch (IOException | InterruptedException | RuntimeException e) {
            stopped(e, () -> log.error("The example failed", e));
        }
    }

    private int story() throws IOException, InterruptedException {
        ExampleNode local = new ExampleNode(OwnGround.LOCAL, context);
        ExampleNode remote = remoteNode.start();
        boolean redrawn = settings.progress() == null ? Screen.onTerminal() : settings.progress();
        Dialogue dialogue = Dialogue.between(local, remote, settings.token(), screen, redrawn);
        Statuses statuses = new Statuses(local, remote);

        screen.heading("1. AgentDB's example: the remote node knows an episode and a skill");
        FirstMemory.remember(remote);
        dialogue.connect();
        dialogue.sync();
        screen.table(statuses.syncState());
        screen.table(statuses.nodes());

        screen.heading("2. Import an AgentDB file, make up " + Table.text(BY_LOCAL + BY_REMOTE) + " episodes, sync");
        imported("agentdb-sample.sqlite", local, sample(local));
        imported("made up here", local, local.importer().ndjson(MadeUpWork.lines(0, BY_LOCAL)));
        imported("made up there", remote, remote.importer().ndjson(MadeUpWork.lines(firstOfRemote(), BY_REMOTE)));
        screen.gap();
        dialogue.sync();

        screen.heading("3. Edit and delete on both sides, the same records too, and by plain SQL; sync");
        screen.table(new Changes(local, remote).make(firstOfRemote()));
        dialogue.sync();

        screen.heading("4. What an agent stores over MCP at one node, another agent finds at the other");
        new ExampleAgent(remote, screen).learn();
        dialogue.sync();
        new ExampleAgent(local, screen).remember();

        screen.heading("5. Are the two nodes equal?");
        Comparison comparison = Comparison.of(local, remote);
        screen.table(comparison.table(screen));
        screen.table(statuses.nodes());
        if (!settings.exit()) {
            stay(local, remote);
        }
        return comparison.exitStatus();
    }

    private void stay(ExampleNode local, ExampleNode remote) {
        local.part(SyncCoordinator.class).startAutoSync();
        String interval = local.part(SyncSettings.class).interval().toSeconds() + " s";
        screen.heading("6. Your turn: both nodes stay up and synchronize every " + interval + "; Ctrl-C ends them");
        NextSteps.lines(local, remote, interval).forEach(screen::line);
        screen.gap();
    }

    private static int firstOfRemote() {
        return BY_LOCAL / MadeUpWork.PER_SESSION;
    }

    private static ImportReport sample(ExampleNode side) throws IOException {
        Path file = Files.createTempFile("agentdb-sample", ".sqlite");
        try (InputStream resource = new ClassPathResource("example/agentdb-sample.sqlite").getInputStream()) {
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
            return side.importer().sqlite(file);
        } finally {
            Files.delete(file);
        }
    }

    private void imported(String what, ExampleNode side, ImportReport report) {
        StringBuilder counts = new StringBuilder();
        for (Kind kind : Kind.ALL) {
            counts.append(counts.isEmpty() ? "" : ", ").append(Table.text(report.of(kind).created())).append(' ')
                    .append(kind);
        }
        screen.line("%-6s <- %s: %s".formatted(side.name(), what, counts));
    }

    /** Nobody wants to read of lost connections after Ctrl-C. */
    private void stopped(Exception failure, Runnable report) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (!context.isClosed()) {
            report.run();
            leave(1);
        }
    }

    /**
     * The process ends here: a runner that returned would leave the nodes up, and one that threw would lose the status.
     */
    private void leave(int status) {
        System.exit(SpringApplication.exit(context, () -> status));
    }
}
