package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.web.watch.Snapshots;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Every page of a node with 100,000 records, 1,000 open conflicts and 20 peers: none grows with them. It prints what
 * half of ten warm requests take, from the request to the last byte.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesAtScaleTest {

    private static final int RECORDS = 100_000;
    private static final int CONFLICTS = 1_000;
    private static final int PEERS = 20;
    private static final int WARM = 5;
    private static final int MEASURED = 10;
    private static final int MOST_BYTES = 100_000;

    private TestNode a;
    private TestNode b;
    private PageReader olga;

    @BeforeAll
    void start() throws Exception {
        a = TestNode.start("large", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.sync.conflict-strategy=manual")).toArray(String[]::new));
        b = TestNode.start("other");
        a.bean(Peers.class).save(a.peer(b), null);
        for (int i = 1; i < PEERS; i++) {
            a.bean(Peers.class).save(new Peer(new PeerName("peer" + i), new HostPort("127.0.0.1", 9), null, null,
                    Kind.ALL, Selection.ALL, null, Peer.Origin.API), null);
        }
        UUID id = a.episode("both changed it");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", id);
        b.jdbc().update("update episodes set critique = 'by there' where id = ?", id);
        a.sync(b);
        a.jdbc().execute("insert into episodes (session_id, task, critique, output, tags, success, reward)"
                + " select 'session ' || i % 500, 'task ' || i || ' rotate the keys of service ' || i % 977,"
                + " 'it went as planned ' || md5(i::text), repeat(md5(i::text) || ' ', 12), array['ops', 'n' || i % 9],"
                + " i % 3 = 0, (i % 10) / 10.0 from generate_series(1, " + RECORDS + ") i");
        a.jdbc().execute("insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote,"
                + " remote_actor, remote_counter, remote_xid) select c.kind, e.id, c.peer_node, c.strategy, 'open',"
                + " c.local, c.remote, c.remote_actor, c.remote_counter, c.remote_xid from conflicts c,"
                + " (select id from episodes where session_id <> 's' limit " + (CONFLICTS - 1) + ") e");
        a.jdbc().execute("vacuum analyze episodes");
        a.jdbc().execute("vacuum analyze conflicts");
        a.bean(Snapshots.class).changed();
        olga = new PageReader(a).signedIn("olga", "olgas");
        // From the first search on, the words are noted down.
        await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(1)).until(() ->
                !olga.get("/ui/memory?q=planned").body().contains("not looked through yet"));
        // As autovacuum does within a minute: which words are common is known from there.
        a.jdbc().execute("vacuum analyze search_words");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void noPage_isLong_howeverMuchThereIs() throws Exception {
        Map<String, String> table = new LinkedHashMap<>();
        for (String path : paths()) {
            for (int i = 0; i < WARM; i++) {
                olga.get(path);
            }
            long[] nanos = new long[MEASURED];
            HttpResponse<String> page = null;
            for (int i = 0; i < MEASURED; i++) {
                long begun = System.nanoTime();
                page = olga.get(path);
                nanos[i] = System.nanoTime() - begun;
            }
            Arrays.sort(nanos);
            int bytes = page.body().getBytes(StandardCharsets.UTF_8).length;
            table.put(path, "%7.1f ms  %7d bytes".formatted(nanos[MEASURED / 2] / 1e6, bytes));
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(bytes).as(path).isLessThan(MOST_BYTES);
        }
        table.forEach((path, cost) -> System.out.println(cost + "  " + path));
    }

    private List<String> paths() {
        long conflict = a.jdbc().queryForObject("select max(id) from conflicts", Long.class);
        UUID record = a.jdbc().queryForObject("select record_id from conflicts where id = ?", UUID.class, conflict);
        return List.of("/ui/", "/ui/conflicts", "/ui/conflicts?outcome=all", "/ui/conflicts?kind=episodes&peer=other",
                "/ui/conflicts/" + conflict, "/ui/memory", "/ui/memory?kind=skills", "/ui/memory?sessionId=session+7",
                "/ui/memory?tags=n3&success=true", "/ui/memory?q=rotate+keys", "/ui/memory?q=task+4711",
                "/ui/memory/episodes/" + record, "/ui/memory/episodes/" + record + "/edit", "/ui/memory/imports",
                "/ui/sync", "/ui/sync/runs/" + a.bean(SyncRuns.class).all().get(0).id(), "/ui/clients", "/ui/health",
                "/ui/settings", "/ui/help");
    }
}
