package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The attached files of this process. Thread-safe. */
@Component
@EnableConfigurationProperties(AttachSettings.class)
class Attachments {

    private static final Set<Passed> COUNTED = Set.of(Passed.ROWS_IN, Passed.ROWS_OUT, Passed.DELETES_IN,
            Passed.DELETES_OUT);

    private final List<Attachment> all = new ArrayList<>();
    private final ChangeSource changes;
    private Runnable listening = () -> { };

    Attachments(AttachSettings settings, AttachParts parts, ChangeSource changes, MeterRegistry registry) {
        this.changes = changes;
        Set<Path> paths = new HashSet<>();
        for (FileToAttach file : settings.attach()) {
            if (!paths.add(real(file.file()))) {
                throw new IllegalArgumentException("agentdb.attach names the file " + file.file() + " twice");
            }
            Attachment attachment = new Attachment(all.size(), file, parts);
            all.add(attachment);
            measure(attachment, registry);
        }
    }

    /** Not before the node serves: a file that hangs on a network share must not keep it from starting. */
    @EventListener(ApplicationReadyEvent.class)
    void start() {
        if (!all.isEmpty()) {
            all.forEach(Attachment::start);
            listening = changes.listen(() -> all.forEach(Attachment::look));
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        listening.run();
        for (Attachment attachment : all) {
            attachment.close();
        }
    }

    List<AttachStatus> status() {
        return all.stream().map(Attachment::status).toList();
    }

    Optional<Attachment> find(int id) {
        return all.stream().filter(one -> one.id() == id).findFirst();
    }

    private static void measure(Attachment attachment, MeterRegistry registry) {
        String id = String.valueOf(attachment.id());
        Gauge.builder("agentdb.attach.up", attachment, Attachments::up)
                .tag("attachment", id).description("1 while the attached file is kept in step, or read")
                .register(registry);
        Gauge.builder("agentdb.attach.age", attachment, Attachments::age).tag("attachment", id).baseUnit("seconds")
                .description("Since the attached file was last found in step, or read").register(registry);
        Gauge.builder("agentdb.attach.held", attachment, one -> one.tally().held()).tag("attachment", id)
                .description("Rows and records of the attached file that are held back").register(registry);
        for (Passed passed : COUNTED) {
            String[] words = passed.name().toLowerCase(Locale.ROOT).split("_");
            FunctionCounter.builder("agentdb.attach." + words[0], attachment, one -> one.tally().of(passed))
                    .tag("attachment", id).tag("direction", words[1])
                    .description("Of the attached file, in from its agents and out to them").register(registry);
        }
    }

    private static double up(Attachment attachment) {
        return switch (attachment.state()) {
            case TWO_WAY, READ_ONLY -> 1;
            case STARTING, STOPPED -> 0;
        };
    }

    private static double age(Attachment attachment) {
        Instant at = attachment.inStepAt();
        return at == null ? Double.NaN : Duration.between(at, Instant.now()).toMillis() / 1000.0;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}
