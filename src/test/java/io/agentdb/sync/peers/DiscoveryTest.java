package io.agentdb.sync.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncState;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.json.JsonMapper;

class DiscoveryTest {

    private final Map<String, List<String>> dns = new HashMap<>();

    @Test
    void allAddressesBehindAName_arePeers_asLongAsTheyAreThere() {
        Discovery discovery = discovery("nodes.internal", "others.internal:5000");
        dns.put("nodes.internal", List.of("10.0.0.2", "10.0.0.1", "10.0.0.1"));
        dns.put("others.internal", List.of("2001:db8::1"));
        discovery.refresh();
        assertThat(names(discovery)).containsExactly("10.0.0.1:4433", "10.0.0.2:4433", "[2001:db8:0:0:0:0:0:1]:5000");
        assertThat(discovery.peers()).allMatch(peer -> peer.origin() == Peer.Origin.DISCOVERY
                && peer.authToken().equals("t0ken"));
        assertThat(discovery.peers().iterator().next().remote().serverName()).isEqualTo("nodes.internal");
        dns.put("nodes.internal", List.of("10.0.0.2", "10.0.0.3"));
        discovery.refresh();
        assertThat(names(discovery)).containsExactly("10.0.0.2:4433", "10.0.0.3:4433", "[2001:db8:0:0:0:0:0:1]:5000");
    }

    @Test
    void lookupThatFails_keepsWhatWasKnown_andSaysSo() {
        Discovery discovery = discovery("nodes.internal");
        discovery.refresh();
        assertThat(discovery.lookups()).singleElement().matches(
                lookup -> lookup.error().contains("'nodes.internal' cannot be resolved")
                && lookup.resolvedAt() == null && lookup.addresses().isEmpty());
        dns.put("nodes.internal", List.of("10.0.0.1"));
        discovery.refresh();
        dns.clear();
        discovery.refresh();
        assertThat(names(discovery)).containsExactly("10.0.0.1:4433");
        assertThat(discovery.lookups()).singleElement().matches(
                lookup -> lookup.error() != null && lookup.resolvedAt() != null);
        dns.put("nodes.internal", List.of("10.0.0.1"));
        discovery.refresh();
        assertThat(discovery.lookups()).singleElement().matches(lookup -> lookup.error() == null);
    }

    @Test
    void oneAddressBehindTwoNames_isOnePeer() {
        Discovery discovery = discovery("nodes.internal", "same.internal");
        dns.put("nodes.internal", List.of("10.0.0.1"));
        dns.put("same.internal", List.of("10.0.0.1"));
        discovery.refresh();
        assertThat(names(discovery)).containsExactly("10.0.0.1:4433");
    }

    @Test
    void staticPeerWithTheSameAddress_wins_andDiscoveredOnesAreNotTheApisToChange() {
        Discovery discovery = discovery("nodes.internal");
        dns.put("nodes.internal", List.of("10.0.0.1", "10.0.0.2", "2001:db8::1"));
        discovery.refresh();
        PeerSettings settings = new PeerSettings(List.of(
                configured("b", "10.0.0.1:4433"), configured("c", "[2001:db8::1]:4433")),
                        new PeerSettings.Quic(List.of()));
        DataSource database = TestPostgres.createMigrated();
        JdbcClient jdbc = JdbcClient.create(database);
        GrantedTokens granted = new GrantedTokens(jdbc, new Credentials(Clock.systemUTC(), List.of()),
                new ConnectionRegistry());
        Peers peers = new Peers(settings, new PeerStore(
                jdbc, new DataSourceTransactionManager(database), new JsonMapper()), new SyncState(jdbc),
                new PeerPauses(jdbc), granted, new NodeCredentials(jdbc, new Audit(), granted), discovery);
        assertThat(peers.all()).extracting(peer -> peer.name().text()).containsExactly("b", "c", "10.0.0.2:4433");
        assertThat(peers.find(new PeerName("10.0.0.2:4433"))).isPresent();
        assertThat(peers.find(new PeerName("10.0.0.1:4433"))).isEmpty();
        assertThatThrownBy(() -> peers.remove(new PeerName("10.0.0.2:4433"))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("agentdb.discovery.dns");
    }

    @Test
    void wrongSettings_areRefusedByName() {
        assertThatThrownBy(() -> settings("host:99999")).hasMessageContaining("agentdb.discovery.dns")
                .hasMessageContaining("host:99999");
        assertThatThrownBy(() -> new DiscoverySettings(List.of(), Duration.ZERO, null, null))
                .hasMessageContaining("agentdb.discovery.interval");
        assertThat(settings(" ", "").names()).isEmpty();
        assertThat(settings("a").toString()).doesNotContain("t0ken");
    }

    @Test
    void nodesBehindOneName_findEachOther_andTheNodeItselfIsLeftOut() throws Exception {
        int port = freePort();
        try (TestNode b = TestNode.start("b", "agentdb.server.host=127.0.0.2", "agentdb.server.port=" + port);
                TestNode a = TestNode.start("a", "agentdb.server.port=" + port, "agentdb.client.tls.verify=false",
                        "agentdb.sync.auto=true", "agentdb.sync.interval=100ms", "agentdb.discovery.interval=100ms",
                                "agentdb.discovery.dns=127.0.0.1:" + port + ",127.0.0.2:" + port)) {
            a.episode("by a");
            b.episode("by b");
            await(() -> a.digests().equals(b.digests()) && b.digests().get(0).records() == 2);
            Peers peers = a.bean(Peers.class);
            Peer self = peers.find(new PeerName("127.0.0.1:" + port)).orElseThrow();
            await(() -> peers.isSelf(self));
            a.bean(SyncCoordinator.class).stopAutoSync();
            assertThat(peers.isSelf(peers.find(new PeerName("127.0.0.2:" + port)).orElseThrow())).isFalse();
            assertThat(a.sync(self, RunOptions.DEFAULT)).matches(
                    report -> report.success() && report.errors().isEmpty());
            await(() -> a.bean(SyncState.class).all().stream().map(SyncState.PeerState::nodeId).toList()
                    .equals(List.of("b")));
            assertThat(get(a.url("/peers/127.0.0.1:" + port))).contains("\"origin\":\"DISCOVERY\"", "\"self\":true");
            assertThat(get(a.url("/peers/127.0.0.2:" + port))).contains("\"self\":false");
            assertThat(get(a.url("/status"))).contains("\"discovery\":[{\"name\":\"127.0.0.1:" + port
                    + "\",\"addresses\":[\"127.0.0.1:" + port);
        }
    }

    @Test
    void anotherNode_isNotMistakenForThisOne_evenUnderTheSameIdentity() {
        try (TestNode a = TestNode.start("same"); TestNode b = TestNode.start("same")) {
            b.jdbc().update("update node set actor = ?", a.bean(LocalNode.class).actor().name());
            // Else it would be taken for a row that came by a restore.
            b.jdbc().execute("select agentdb_note()");
            b.restart();
            assertThat(b.bean(LocalNode.class).actor()).isEqualTo(a.bean(LocalNode.class).actor());
            Peer peer = a.peer(b);
            a.sync(peer, RunOptions.DEFAULT);
            assertThat(a.bean(Peers.class).isSelf(peer)).isFalse();
            Peer own = a.peer(a);
            a.sync(own, RunOptions.DEFAULT);
            assertThat(a.bean(Peers.class).isSelf(own)).isTrue();
            a.sync(peer, RunOptions.DEFAULT);
            assertThat(a.bean(Peers.class).isSelf(peer)).as("both are called alike, and the last meeting counts")
                    .isFalse();
        }
    }

    private Discovery discovery(String... names) {
        return new Discovery(settings(names), host -> {
            if (!dns.containsKey(host)) {
                throw new UnknownHostException(host);
            }
            List<InetAddress> addresses = new ArrayList<>();
            for (String address : dns.get(host)) {
                addresses.add(InetAddress.getByName(address));
            }
            return addresses;
        });
    }

    private static DiscoverySettings settings(String... names) {
        return new DiscoverySettings(List.of(names), Duration.ofSeconds(30), "t0ken", null);
    }

    private static List<String> names(Discovery discovery) {
        return discovery.peers().stream().map(peer -> peer.name().text()).toList();
    }

    private static PeerSettings.Configured configured(String name, String address) {
        return new PeerSettings.Configured(name, address, null, null, null, null, null);
    }

    private static int freePort() throws IOException {
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                DatagramSocket two = new DatagramSocket(new InetSocketAddress("127.0.0.2", one.getLocalPort()))) {
            return two.getLocalPort();
        }
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
    }
}
