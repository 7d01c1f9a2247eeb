package io.agentdb.sync.web.transfer;

import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.transfer.ImportFormat;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.postgres.DatabaseStep;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.transfer.ImportRecord.ImportState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/** The imports of this node: begun, looked at, ended. Thread-safe. */
@Service
@Order(5)
@EnableConfigurationProperties(ImportSettings.class)
public class Imports implements DatabaseStep, DisposableBean {

    /**
     * What somebody sends.
     *
     * @param name the file's; empty if there is none
     * @param who sends it
     * @param complete whether nothing is missing of a database file that comes without its WAL
     * @param announced bytes of the body as its sender says; below zero if he does not, or if it is packed
     */
    public record ImportSource(String name, String who, ImportFormat format, boolean complete, long announced) { }

    private interface ImportWork {
        ImportReport report() throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(Imports.class);
    private static final int PATIENCE_SECONDS = 10;
    private static final int LONGEST_NAME = 200;

    /** Each holds a line of at most 8 MiB, and a batch of such, in memory. */
    private final ConcurrencyLimit places = new ConcurrencyLimit(
            (int) Math.max(2, Math.min(16, Runtime.getRuntime().maxMemory() >> 27)), "imports");
    private final Importer importer;
    private final ImportFiles files;
    private final ImportStore store;
    private final ProcessLock presence;
    private final Clock clock = Clock.systemUTC();
    private final OwnImports own = new OwnImports();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "import");
        thread.setDaemon(true);
        return thread;
    });

    Imports(Importer importer, ImportFiles files, ImportStore store, ProcessLock presence) {
        this.importer = importer;
        this.files = files;
        this.store = store;
        this.presence = presence;
    }

    @Override
    public void take() {
        tidy();
    }

    /** Ends what dead processes have left, and removes their files: each may be as large as the disk. */
    private void tidy() {
        endOrphans();
        own.settle();
        store.prune();
        files.sweep(() -> own.with(store.running()));
    }

    /**
     * Imports what is sent, while it is sent; a database file once it is there. Blocks until the end.
     *
     * @param body not closed here
     * @throws Refusal 429 if as many as may be are under way, 507 if there is no room
     */
    public ImportReport make(InputStream body, ImportSource sent) throws IOException {
        try (ConcurrencyLimit.Taken place = places.take()) {
            ImportJob job = begin(sent);
            if (sent.format() == ImportFormat.SQLITE) {
                Path file = receive(job, body, sent);
                return made(job, () -> read(job, file, sent));
            }
            return made(job, () -> lines(job, body, sent.format(), Math.max(0, sent.announced())));
        }
    }

    /**
     * Takes all that is sent, and imports it once the caller has gone.
     *
     * @param body not closed here
     * @throws Refusal as {@link #make}
     */
    public ImportRecord start(InputStream body, ImportSource sent) throws IOException {
        ConcurrencyLimit.Taken place = places.take();
        try {
            ImportJob job = begin(sent);
            Path file = receive(job, body, sent);
            threads.execute(() -> {
                try (place) {
                    made(job, () -> read(job, file, sent));
                } catch (IOException | RuntimeException e) {
                    // Its record says so to whoever asks.
                    log.info("Import {} has ended early: {}", job.record().id(), job.record().failure());
                }
            });
            return job.record();
        } catch (IOException | RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    /**
     * Bytes that there is room for, of what is received before it is read.
     *
     * @throws Refusal 507 if there is no directory for it, or if nobody can say how much room is there
     */
    public long room() {
        return files.room();
    }

    public Optional<ImportRecord> find(UUID id) {
        return own.find(id).map(ImportJob::record).or(() -> stored(id));
    }

    /** Newest first. */
    public List<ImportRecord> newest(int limit) {
        endOrphans();
        own.settle();
        return store.newest(limit).stream().map(own::latest).toList();
    }

    /** Has it end after the batch at hand, whichever process makes it. */
    public void cancel(UUID id, String who) {
        store.cancel(id, who);
        own.find(id).ifPresent(job -> job.cancel(who));
    }

    private Optional<ImportRecord> stored(UUID id) {
        Optional<ImportRecord> record = store.find(id);
        if (record.filter(ImportRecord::running).isPresent()) {
            endOrphans();
            record = store.find(id);
        }
        return record;
    }

    private void endOrphans() {
        store.endOrphans(presence.id(), ImportWords.KILLED);
    }

    private ImportJob begin(ImportSource sent) {
        tidy();
        String name = sent.name().length() > LONGEST_NAME ? sent.name().substring(0, LONGEST_NAME) : sent.name();
        ImportJob job = new ImportJob(store, presence.id(), name.replace("\0", ""), sent.who(), sent.announced(),
                clock);
        job.begin();
        own.add(job);
        return job;
    }

    private Path receive(ImportJob job, InputStream body, ImportSource sent) throws IOException {
        try {
            return files.receive(job.record().id(), body, sent.announced(), job::received);
        } catch (ImportJob.Ended e) {
            throw ended(job, e);
        } catch (IOException | RuntimeException e) {
            own.end(job, ImportState.FAILED, e instanceof IOException
                    ? "What was sent broke off, and nothing of it was imported. Send it again."
                    : ImportWords.of(e, "send it again"), e instanceof InvalidInput, null);
            throw e;
        }
    }

    private ImportReport read(ImportJob job, Path file, ImportSource sent) throws IOException {
        try {
            if (sent.format() == ImportFormat.SQLITE) {
                return importer.sqlite(file, sent.complete(), job);
            }
            try (InputStream in = Files.newInputStream(file)) {
                return lines(job, in, sent.format(), Files.size(file));
            }
        } finally {
            files.remove(file);
        }
    }

    private ImportReport lines(ImportJob job, InputStream in, ImportFormat format, long total) throws IOException {
        InputStream counted = job.counted(in, total);
        return format == ImportFormat.ARRAY ? importer.array(counted, job) : importer.ndjson(counted, job);
    }

    /** Whatever comes of it is written down. */
    private ImportReport made(ImportJob job, ImportWork work) throws IOException {
        try {
            ImportReport report = work.report();
            boolean bad = report.nothingGood();
            own.end(job, bad ? ImportState.FAILED : ImportState.SUCCEEDED, bad ? nothingGood(report) : null, bad,
                    report);
            return report;
        } catch (ImportJob.Ended e) {
            throw ended(job, e);
        } catch (IOException | RuntimeException | Error e) {
            own.end(job, ImportState.FAILED, (e instanceof IOException ? "What was sent broke off."
                    : ImportWords.of(e, "import it again")) + ImportWords.upTo(job.record()),
                    e instanceof InvalidInput, null);
            throw e;
        }
    }

    /** What whoever imports hears if not one row was good. */
    public static String nothingGood(ImportReport report) {
        return "Nothing was good enough to be imported: " + report.errorCount() + " errors, the first: "
                + report.errors().get(0).error();
    }

    private Refusal ended(ImportJob job, ImportJob.Ended e) {
        String failure = e.getMessage() + "." + ImportWords.upTo(job.record());
        own.end(job, e.state, failure, false, null);
        return Refusal.of(HttpStatus.CONFLICT, "import-ended", failure,
                Map.of("import", job.record().id().toString()));
    }

    /** What is under way ends after its batch, and says up to where it came. */
    @Override
    public void destroy() throws InterruptedException {
        own.leave();
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            log.warn("An import has not ended within {} s, and is cut off", PATIENCE_SECONDS);
        }
    }
}
