package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AuditTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("agentdb.audit");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong();
    private final Audit audit = new Audit(nanos::get);

    @BeforeEach
    void listen() {
        lines.start();
        // An application that ran in this JVM before may have left a level of its own.
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.setLevel(null);
        logger.detachAppender(lines);
    }

    @Test
    void event_isOneLine_andPairsForJson() {
        audit.record("connected", "alpha", Map.of("node", "a", "from", "10.0.0.1:5"));
        assertThat(messages()).containsExactly("connected by alpha from=10.0.0.1:5 node=a");
        assertThat(lines.list.get(0).getKeyValuePairs()).extracting(Object::toString)
                .contains("event=\"connected\"", "subject=\"alpha\"", "node=\"a\"");
    }

    @Test
    void textFromOutside_forgesNoLines_andIsShort() {
        audit.record("refused", "x\nINFO connected by root\u2028", Map.of("why", "y".repeat(5_000)));
        assertThat(messages()).singleElement().asString().startsWith("refused by x?INFO connected by root? why=yyy")
                .hasSizeLessThan(300);
    }

    @Test
    void floodOfOneEvent_isCut_andCounted_andNobodyElsesIsLost() {
        for (int i = 0; i < 100; i++) {
            audit.record("refused", "flooder", Map.of());
        }
        audit.record("refused", "other", Map.of());
        assertThat(messages()).hasSize(Audit.PER_MINUTE + 1).last().isEqualTo("refused by other");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        audit.record("refused", "flooder", Map.of());
        assertThat(messages()).last().isEqualTo("refused by flooder suppressed=" + (100 - Audit.PER_MINUTE));
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
