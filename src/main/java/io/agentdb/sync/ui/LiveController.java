package io.agentdb.sync.ui;

import io.agentdb.sync.ui.live.EventStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What keeps an open page up to date. */
@Controller
class LiveController {

    private final EventStream events;

    LiveController(EventStream events) {
        this.events = events;
    }

    @GetMapping(path = "/ui/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(HttpServletResponse response) throws IOException {
        return events.follow(response);
    }

    /** The same once, for pages whose way lets no stream through. */
    @GetMapping("/ui/live")
    ResponseEntity<String> now() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(events.versions());
    }

    @GetMapping("/ui/parts/count")
    String count() {
        return "ui/parts :: count";
    }
}
