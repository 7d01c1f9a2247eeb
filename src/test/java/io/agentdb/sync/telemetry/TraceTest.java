package io.agentdb.sync.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.telemetry.Collector.Span;
import io.micrometer.tracing.Tracer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Traces of two nodes, as a collector gets them. */
class TraceTest {

    private static final String EXPORTER = "BatchSpanProcessor";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<TestNode> nodes = new ArrayList<>();
    private Collector collector;

    @BeforeEach
    void collect() throws IOException {
        collector = new Collector();
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
        collector.close();
    }

    @Test
    void run_isOneTrace_inWhichBothNodesAre() {
        TestNode b = traced("traceb");
        TestNode a = traced("tracea");
        a.episode("one");
        b.episode("two");
        assertThat(a.sync(b).success()).isTrue();
        List<Span> trace = await().atMost(SOON).until(() -> traceOf("sync with traceb"),
                spans -> spans.size() >= 6);
        assertThat(trace).extracting(Span::trace).containsOnly(trace.get(0).trace());
        Span run = one(trace, "sync with traceb");
        assertThat(run.node()).isEqualTo("tracea");
        assertThat(run.parent()).isEmpty();
        assertThat(run.attributes()).containsEntry("agentdb.sent", "1").containsEntry("agentdb.received", "1")
                .containsEntry("outcome", "success").containsKey("agentdb.run");
        Map<String, String> asked = Map.of("push of tracea", "pushing", "pull of tracea", "pulling");
        asked.forEach((request, phase) -> {
            Span there = one(trace, request);
            assertThat(there.node()).isEqualTo("traceb");
            assertThat(there.parent()).isEqualTo(one(trace, phase).id());
            assertThat(one(trace, phase).parent()).isEqualTo(run.id());
        });
        assertThat(one(trace, "detecting").parent()).isEqualTo(run.id());
    }

    @Test
    void linesOfATracedRun_bearTheIdOfItsTrace() {
        TestNode b = traced("loggedb");
        TestNode a = traced("loggeda");
        // A node that starts takes away who listened before.
        Logger runs = (Logger) LoggerFactory.getLogger("io.agentdb.sync.coordinator.RunLog");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        runs.addAppender(lines);
        try {
            a.episode("one");
            a.sync(b);
            await().atMost(SOON).until(() -> named("sync with loggedb").findAny().isPresent());
            Span run = one(traceOf("sync with loggedb"), "sync with loggedb");
            assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getMDCPropertyMap())
                    .containsEntry("traceId", run.trace()).containsEntry("spanId", run.id())
                    .containsEntry("agentdb.run", run.attributes().get("agentdb.run")));
        } finally {
            runs.detachAppender(lines);
        }
    }

    @Test
    void tracesGrowWithRunsAndPhases_andNotWithRecords() {
        TestNode b = traced("manyb");
        TestNode a = traced("manya", "agentdb.sync.batch-size=10");
        a.jdbc().update("insert into episodes (session_id, task) select 's', j::text from generate_series(1, 1000) j");
        assertThat(a.sync(b).itemsPushed()).isEqualTo(1_000);
        assertThat(await().atMost(SOON).until(() -> traceOf("sync with manyb"), spans -> spans.size() >= 6))
                .hasSizeLessThan(9);
    }

    @Test
    void nodeThatTracesNothing_passesNoTraceOn_andAnswersTracedOnesAllTheSame() {
        TestNode plain = plain("plain");
        TestNode traced = traced("traced");
        assertThat(traced.sync(plain).success()).isTrue();
        assertThat(plain.sync(traced).success()).isTrue();
        await().atMost(SOON).until(() -> named("push of plain").findAny().isPresent()
                && named("sync with plain").findAny().isPresent());
        assertThat(named("push of plain")).singleElement().extracting(Span::parent).isEqualTo("");
        assertThat(collector.spans()).extracting(Span::node).doesNotContain("plain");
    }

    @Test
    void failedRun_isATraceThatHasFailed_inThePhaseThatDid() {
        TestNode a = traced("failing", "agentdb.client.max-retries=0");
        a.sync(a.peer(plain("gone"), 1), RunOptions.DEFAULT);
        await().atMost(SOON).until(() -> named("sync with gone").findAny().isPresent());
        List<Span> trace = traceOf("sync with gone");
        assertThat(one(trace, "sync with gone").failed()).isTrue();
        assertThat(one(trace, "sync with gone").attributes()).containsEntry("outcome", "failure");
        assertThat(one(trace, "detecting").failed()).as("it was not met").isTrue();
    }

    @Test
    void scheduledTasks_scrapes_andWhatSecurityLooksAt_areNoTraces_butRequestsToRestAre() throws Exception {
        TestNode a = traced("humming", "agentdb.sync.lag-interval=50ms");
        get(a, "/actuator/health");
        get(a, "/status");
        await().atMost(SOON).until(() -> named("http get /status").findAny().isPresent());
        assertThat(collector.spans()).extracting(Span::name).containsOnly("http get /status");
    }

    /** Before an endpoint is set, there is nothing that could send, nor a thread for it. */
    @Test
    void withoutAnEndpoint_nothingIsMade_andNothingIsSent() {
        Set<Thread> before = exporters();
        TestNode b = plain("silentb");
        TestNode a = plain("silenta");
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.beans(Tracer.class)).isEmpty();
        assertThat(a.beans(io.opentelemetry.api.OpenTelemetry.class)).isEmpty();
        assertThat(exporters()).isSubsetOf(before);
        assertThat(collector.spans()).isEmpty();
    }

    private TestNode traced(String id, String... more) {
        List<String> settings = new ArrayList<>(List.of(more));
        settings.add(WhereTracesGo.ENDPOINT + "=" + collector.endpoint());
        settings.add("management.opentelemetry.tracing.export.schedule-delay=50ms");
        return started(TestNode.start(id, settings.toArray(String[]::new)));
    }

    private TestNode plain(String id) {
        return started(TestNode.start(id));
    }

    private TestNode started(TestNode node) {
        nodes.add(0, node);
        return node;
    }

    /** All of that span's trace. */
    private List<Span> traceOf(String name) {
        Set<String> traces = named(name).map(Span::trace).collect(Collectors.toSet());
        return collector.spans().stream().filter(span -> traces.contains(span.trace())).toList();
    }

    private java.util.stream.Stream<Span> named(String name) {
        return collector.spans().stream().filter(span -> span.name().equals(name));
    }

    private static Span one(List<Span> trace, String name) {
        Predicate<Span> named = span -> span.name().equals(name);
        assertThat(trace).filteredOn(named).as(name).hasSize(1);
        return trace.stream().filter(named).findAny().orElseThrow();
    }

    private static Set<Thread> exporters() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().contains(EXPORTER))
                .collect(Collectors.toSet());
    }

    private static void get(TestNode node, String path) throws IOException, InterruptedException {
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(node.url(path))).build(),
                BodyHandlers.discarding());
    }
}
