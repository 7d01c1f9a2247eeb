package io.agentdb.sync.admission;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Who did what from where, one line per event, on a logger of its own ({@code agentdb.audit}): as text, and with
 * key-value pairs for whoever logs JSON ({@code logging.structured.format.console}). Thread-safe; does not block but
 * for the log itself.
 *
 * <p>What comes from outside is shortened and stripped of control characters: it could otherwise forge lines. Of one
 * event by one subject at most {@value #PER_MINUTE} are logged a minute, and the next line says how many were not.
 */
public final class Audit {

    static final int PER_MINUTE = 30;
    private static final Logger log = LoggerFactory.getLogger("agentdb.audit");
    private static final int LONGEST = 200;

    private final RateLimits limits;
    private final Map<String, Long> left = new ConcurrentHashMap<>();

    public Audit() {
        this(System::nanoTime);
    }

    Audit(LongSupplier nanos) {
        this.limits = new RateLimits(PER_MINUTE, Long.MAX_VALUE, nanos);
    }

    /**
     * @param event such as {@code connected} or {@code refused}
     * @param subject who did it: a client, a user, an address; null if nobody can tell
     * @param details by name; null values are left out
     */
    public void record(String event, @Nullable String subject, Map<String, ?> details) {
        String key = event + " " + clean(subject);
        if (!limits.request(key).isZero()) {
            left.merge(key, 1L, Long::sum);
            return;
        }
        Map<String, Object> values = new TreeMap<>();
        details.forEach((name, value) -> {
            if (value != null) {
                values.put(name, clean(value.toString()));
            }
        });
        Long suppressed = left.remove(key);
        if (suppressed != null) {
            values.put("suppressed", suppressed);
        }
        StringBuilder text = new StringBuilder(event).append(" by ").append(clean(subject));
        values.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
        LoggingEventBuilder line = log.atInfo().addKeyValue("event", event).addKeyValue("subject", clean(subject));
        for (Map.Entry<String, Object> value : values.entrySet()) {
            line = line.addKeyValue(value.getKey(), value.getValue());
        }
        line.log(text.toString());
    }

    private static String clean(@Nullable String text) {
        return text == null ? "unknown" : PlainText.of(text, LONGEST);
    }
}
