package io.agentdb.sync.web.watch;

import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What changes, as it changes. */
@RestController
@Tag(name = "status")
class EventsController {

    private static final Duration LONGEST = Duration.ofHours(1);

    private final ConcurrencyLimit places = new ConcurrencyLimit(100, "listeners to events");
    private final NodeStream stream;
    private final NodeGlance glance;

    EventsController(NodeStream stream, NodeGlance glance) {
        this.stream = stream;
        this.glance = glance;
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(operationId = "followNode", summary = "What changes of this node, as server-sent events",
            description = "Events named status, peers, runs, conflicts and database, each with the whole part as JSON:"
            + " all of them at first, then at most once a second those that have changed. Peers and status tell of"
            + " pauses, runs are as in GET /sync/runs. If the database does not"
            + " answer, database says so, and the others stay as they were. At least every ten seconds something is"
            + " sent, if only a comment. 429 while 100 listen to this process.")
    @AnswersWith(429)
    SseEmitter events(@Parameter(hidden = true) HttpServletResponse response) throws IOException {
        return stream.listen(places, LONGEST, glance, response);
    }
}
