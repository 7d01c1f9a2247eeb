package io.agentdb.sync.web.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.coordinator.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two processes of one node, and a peer that is connected to both. */
@Timeout(120)
class ClientsOfAllProcessesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode one;
    private TestNode two;
    private TestNode peer;

    @BeforeEach
    void connect() {
        one = TestNode.start("many");
        two = one.sibling();
        peer = TestNode.start("guest");
        assertThat(peer.sync(one).success()).isTrue();
        assertThat(peer.sync(two).success()).isTrue();
    }

    @AfterEach
    void stop() {
        peer.close();
        two.close();
        one.close();
    }

    @Test
    void eachProcess_tellsOfTheClientsOfAll_andWhoseTheyAre() throws Exception {
        for (TestNode asked : List.of(one, two)) {
            await().atMost(SOON).until(() -> processes(asked, "/connections").containsAll(both()));
            await().atMost(SOON).until(() -> processes(asked, "/rate-limits").containsAll(both()));
            assertThat(get(asked, "/ui/clients")).contains("Of all processes of this node", id(one), id(two));
        }
    }

    @Test
    void connectionOfAnotherProcess_isClosedByIt() throws Exception {
        await().atMost(SOON).until(() -> processes(one, "/connections").contains(id(two)));
        String connection = JsonPath.<List<String>>read(get(one, "/connections"),
                "$[?(@.process == '" + id(two) + "')].id").get(0);
        assertThat(delete("/connections/" + connection)).isEqualTo(202);
        await().atMost(SOON).until(() -> two.bean(ConnectionRegistry.class).views().stream()
                .noneMatch(view -> view.id().equals(connection)));
        await().atMost(SOON).until(() -> !get(one, "/connections").contains(connection));
        assertThat(delete("/connections/" + connection)).isEqualTo(404);
    }

    @Test
    void whatADeadProcessHasLeft_isNotShown() throws Exception {
        await().atMost(SOON).until(() -> processes(one, "/connections").contains(id(two)));
        one.jdbc().update("insert into process_clients (process, connections, usage) select ?, connections, usage"
                + " from process_clients where process = ?", UUID.randomUUID(), UUID.fromString(id(two)));
        assertThat(processes(one, "/connections")).hasSize(2).containsAll(both());
        two.close();
        assertThat(processes(one, "/connections")).containsOnly(id(one));
        assertThat(processes(one, "/rate-limits")).containsOnly(id(one));
    }

    @Test
    void processThatIsAlone_writesNothing_whateverItsClientsDo() throws Exception {
        two.close();
        await().atMost(SOON).until(() -> one.jdbc()
                .queryForObject("select count(*) from process_clients", Integer.class) == 1);
        NodeClients clients = one.bean(NodeClients.class);
        clients.keep();
        Object before = one.jdbc().queryForMap("select xmin::text, told_at from process_clients");
        peer.sync(one);
        clients.keep();
        assertThat(one.jdbc().queryForMap("select xmin::text, told_at from process_clients")).isEqualTo(before);
    }

    private List<String> both() {
        return List.of(id(one), id(two));
    }

    private static String id(TestNode process) {
        return process.bean(ProcessLock.class).id().toString();
    }

    private List<String> processes(TestNode asked, String path) throws Exception {
        return JsonPath.<List<String>>read(get(asked, path), "$[*].process").stream().distinct().toList();
    }

    private String get(TestNode asked, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(asked.url(path))).build(), BodyHandlers.ofString()).body();
    }

    private int delete(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(one.url(path))).DELETE().build(), BodyHandlers.discarding())
                .statusCode();
    }
}
