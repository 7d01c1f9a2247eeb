package io.agentdb.sync.example;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the local node says to the remote one, before the reader's eyes. */
final class Dialogue {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ExampleNode local;
    private final Peer peer;
    private final Screen screen;
    private final boolean redrawn;

    private Dialogue(ExampleNode local, Peer peer, Screen screen, boolean redrawn) {
        this.local = local;
        this.peer = peer;
        this.screen = screen;
        this.redrawn = redrawn;
    }

    /** Makes the remote node a peer of the local one, as POST /peers does. Nothing is sent yet. */
    static Dialogue between(ExampleNode local, ExampleNode remote, @Nullable String token, Screen screen,
            boolean redrawn) {
        Peer peer = new Peer(new PeerName(remote.name()), new HostPort("127.0.0.1", remote.quic().port()), token,
                remote.quic().status().fingerprint(), Kind.ALL, Selection.ALL, null, Peer.Origin.API);
        local.part(Peers.class).save(peer, null);
        return new Dialogue(local, peer, screen, redrawn);
    }

    void connect() {
        QuicClientPool pool = local.part(QuicClientPool.class);
        long begin = System.nanoTime();
        Session session = pool.session(peer.remote());
        String fingerprint = Objects.requireNonNull(peer.fingerprint(), "the peer was made with it");
        screen.line("connected to %s at %s in %s (TLS 1.3, certificate %s...)".formatted(
                session.nodeId(), session.address(), millis(Duration.ofNanos(System.nanoTime() - begin)),
                        fingerprint.substring(0, 23)));
        for (int i = 0; i < 3; i++) {
            screen.line("ping: " + millis(pool.ping(peer.remote())));
        }
        screen.gap();
    }

    /** @throws ExampleFailure if the run fails */
    void sync() throws InterruptedException {
        SyncRun run = local.part(SyncCoordinator.class).start(peer, RunOptions.DEFAULT);
        ProgressBar bar = new ProgressBar(screen, redrawn);
        run.watch(bar::show, report -> { });
        Optional<SyncReport> done = run.await(PATIENCE);
        bar.end();
        SyncReport report = done.orElseThrow(() -> new ExampleFailure(
                "The sync is not done after " + PATIENCE.toMinutes() + " minutes."));
        screen.table(new Table("report", "")
                .row("result", screen.verdict(report.success(), report.success() ? "success" : "FAILED"))
                .row("duration", Table.text(report.durationMs()) + " ms")
                .row("pushed", report.itemsPushed()).row("pulled", report.itemsPulled())
                .row("conflicts", Table.text(report.conflictsDetected()) + " detected, "
                        + Table.text(report.conflictsResolved()) + " resolved (" + report.conflictStrategy() + ")")
                .row("quarantined", report.itemsQuarantined())
                .row("transferred", Table.text(report.bytesTransferred()) + " bytes"));
        if (!report.success()) {
            throw new ExampleFailure("The sync failed: " + String.join("; ", report.errors()));
        }
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.2f ms", duration.toNanos() / 1e6);
    }
}
