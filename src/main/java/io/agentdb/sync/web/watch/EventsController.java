package io.agentdb.sync.web.watch;

import io.agentdb.sync.web.openapi.Answers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What changes, as it changes. */
@RestController
@Tag(name = "status")
class EventsController {

    private final NodeStream stream;

    EventsController(NodeStream stream) {
        this.stream = stream;
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(operationId = "followNode", summary = "What changes of this node, as server-sent events",
            description = "Events named status, peers, runs, conflicts and database, each with the whole part as JSON:"
            + " all of them at first, then at most once a second those that have changed. If the database does not"
            + " answer, database says so, and the others stay as they were. At least every ten seconds something is"
            + " sent, if only a comment. 429 while 100 listen to this process.")
    @Answers(429)
    SseEmitter events(@Parameter(hidden = true) HttpServletResponse response) throws IOException {
        // A proxy that collects the answer before it passes it on would pass on nothing.
        response.setHeader("X-Accel-Buffering", "no");
        return stream.listen();
    }
}
