package io.agentdb.sync.ui.node;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.web.watch.LogLine;
import io.agentdb.sync.web.watch.LogQuery;
import io.agentdb.sync.web.watch.RecentLog;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** The last events that this process has logged. What is looked for is in the address. */
@Controller
class LogPages {

    private final RecentLog log;
    private final Peers peers;

    LogPages(RecentLog log, Peers peers) {
        this.log = log;
        this.peers = peers;
    }

    @GetMapping("/ui/log")
    String page(@RequestParam(defaultValue = "info") String level, @RequestParam(defaultValue = "") String peer,
            @RequestParam(defaultValue = "") String q, Model model) {
        List<LogLine> lines = new ArrayList<>(find(level, peer, q));
        Collections.reverse(lines);
        model.addAllAttributes(Map.of("active", "health", "lines", lines, "levels", LogQuery.LEVELS, "level", level,
                "peer", peer, "q", q, "peers", peers.all().stream().map(Peer::name).toList(), "narrowed",
                !level.equals("info") || !peer.isEmpty() || !q.isEmpty(), "query",
                UriComponentsBuilder.fromPath("").queryParam("level", "{level}").queryParam("peer", "{peer}")
                        .queryParam("q", "{q}").encode().buildAndExpand(level, peer, q).toUriString()));
        return "ui/log";
    }

    /** As a file, oldest first. */
    @GetMapping("/ui/log.txt")
    ResponseEntity<byte[]> download(@RequestParam(defaultValue = "info") String level,
            @RequestParam(defaultValue = "") String peer, @RequestParam(defaultValue = "") String q) {
        String text = find(level, peer, q).stream().map(line -> line.time() + " " + line.level() + " " + line.logger()
                + " " + line.message() + (line.failure() == null ? "" : " | " + line.failure()) + "\n")
                .collect(Collectors.joining());
        return ResponseEntity.ok().contentType(new MediaType("text", "plain", StandardCharsets.UTF_8))
                .header(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment().filename("events.txt").build()
                        .toString()).body(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<LogLine> find(String level, String peer, String q) {
        return log.find(LogQuery.of(level, given(peer), given(q), Instant.MIN), RecentLog.KEPT);
    }

    private static @Nullable String given(String text) {
        return text.isBlank() ? null : text.strip();
    }
}
