package io.agentdb.sync.ui.live;

import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.watch.NodeStream;
import io.agentdb.sync.web.watch.Snapshot;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells all pages that are open, once a second, which of their parts have changed: they fetch those anew. Thread-safe.
 */
@Component
public class EventStream implements NodeStream.Telling {

    private static final int MOST = 100;
    /** Who has signed out meanwhile is noticed when the page comes again. */
    private static final Duration LASTS = Duration.ofMinutes(5);
    private static final List<String> PARTS = List.of("counts", "peers", "runs", "node");

    private final ConcurrencyLimit places = new ConcurrencyLimit(MOST, "open pages");
    private final NodeStream stream;
    private final Snapshots snapshots;

    EventStream(NodeStream stream, Snapshots snapshots) {
        this.stream = stream;
        this.snapshots = snapshots;
    }

    /**
     * @param response of the page's request
     * @throws io.agentdb.sync.web.problem.Refusal 429 if there are as many as this process serves: ask
     *     {@link #versions} now and then instead
     */
    public SseEmitter follow(HttpServletResponse response) throws IOException {
        return stream.listen(places, LASTS, this, response);
    }

    /** What each part shows, as a word that changes with it. */
    public String versions() {
        return versions(snapshots.now());
    }

    /** Once a second also where nothing has changed: a page that hears nothing says so. */
    @Override
    public Map<String, String> of(@Nullable Snapshot now, @Nullable String failure) {
        return now == null ? Map.of() : Map.of("versions", versions(now));
    }

    private static String versions(Snapshot now) {
        StringBuilder said = new StringBuilder("{");
        PARTS.forEach(part -> said.append('"').append(part).append("\":\"").append(now.part(part)).append("\","));
        return said.append("\"at\":\"").append(Instant.now()).append("\",\"failed\":").append(now.failure() != null)
                .append('}').toString();
    }
}
