package io.agentdb.sync.quic.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Certificates from Spring's SSL bundles, over real QUIC. */
class BundlesTest {

    @TempDir
    private Path files;
    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @ParameterizedTest
    @EnumSource
    void certificateInAnyForm_isShown_andLetIn(KeyForms form) throws Exception {
        Certificates servers = new Certificates(files, "servers");
        Certificates clients = new Certificates(files, "clients");
        List<String> settings = new ArrayList<>(form.settings(servers, "localhost"));
        assertThat(text(settings)).contains(form.mark);
        settings.addAll(KeyForms.trusting("node", form.pem(), clients));
        for (String one : form.settings(clients, "agent-7")) {
            settings.add(one.replace(".node.", ".dialler."));
        }
        settings.addAll(KeyForms.trusting("dialler", form.pem(), servers));
        bundles(settings, () -> {
            QuicServer server = server("node");
            assertThat(loopback.pool(client("dialler"), 1).session(Loopback.to("localhost", server, null, null))
                    .nodeId()).hasToString("server");
            assertThatThrownBy(() -> loopback.pool(new ClientSettings.ClientPem(null, null, null, servers.ca(), true),
                    1).open(Loopback.to("localhost", server, null, null)))
                    .isInstanceOf(PeerUnreachable.class).hasMessageContaining("wants a client certificate");
        });
    }

    @Test
    void bundleThatIsNotThere_isNamed_withThoseThatAre() throws Exception {
        bundles(KeyForms.PKCS8_EC.settings(new Certificates(files, "ca"), "localhost"), () -> {
            refused(() -> server("nodes"), "agentdb.server.tls.bundle: there is no SSL bundle 'nodes' among [node]");
            refused(() -> loopback.pool(client("nodes"), 1), "agentdb.client.tls.bundle");
        });
    }

    @Test
    void nodeWithSuchABundle_doesNotStart_andSaysSo() {
        for (String side : List.of("server", "client")) {
            assertThatThrownBy(() -> TestNode.start("unbundled", "agentdb." + side + ".tls.bundle=node"))
                    .hasStackTraceContaining("TlsFailure: agentdb." + side + ".tls.bundle: there is no SSL bundle");
            assertThatThrownBy(() -> TestNode.start("unbundled", "agentdb." + side + ".tls.bundle=node",
                    "spring.ssl.bundle.pem.node.keystore.certificate=file:/nowhere.pem"))
                    .hasStackTraceContaining("TlsFailure: agentdb." + side + ".tls.bundle: the SSL bundle 'node'");
        }
    }

    @Test
    void bundleThatCannotBeUsed_saysWhy() throws Exception {
        Certificates authority = new Certificates(files, "ca");
        Certificates.Pair pair = authority.issue("localhost");
        String pem = "spring.ssl.bundle.pem.node.";
        bundles(KeyForms.trusting("node", true, authority), () -> refused(() -> server("node"),
                "agentdb.server.tls.bundle: the SSL bundle 'node' has no certificate with its key"));
        bundles(List.of(pem + "keystore.certificate=" + pair.cert().toUri(),
                pem + "keystore.private-key=" + authority.issue("localhost").key().toUri()), () ->
                refused(() -> server("node"), "the key is not the key of the certificate of CN=localhost"));
        bundles(List.of(pem + "keystore.certificate=" + pair.cert().toUri(),
                pem + "keystore.private-key=" + files.resolve("missing.pem").toUri()), () ->
                refused(() -> server("node"), "missing.pem"));
        List<String> locked = KeyForms.PKCS8_ENCRYPTED.settings(authority, "localhost");
        bundles(locked.subList(0, 2), () -> refused(() -> server("node"), "Password is required"));
        List<String> store = new ArrayList<>(KeyForms.PKCS12.settings(authority, "localhost"));
        store.set(2, store.get(2) + "d");
        bundles(store, () -> refused(() -> server("node"), "password was incorrect"));
        bundles(List.of(store.get(0), store.get(1), "spring.ssl.bundle.jks.node.keystore.password=changeit",
                "spring.ssl.bundle.jks.node.key.alias=other"), () -> assertThatThrownBy(() -> server("node"))
                .hasMessageContaining("other"));
    }

    @Test
    void bundleWithSeveralKeys_hasToSayWhich() throws Exception {
        Certificates authority = new Certificates(files, "ca");
        List<String> store = KeyForms.severalKeys(authority, "localhost", "other.example");
        bundles(store, () -> refused(() -> server("node"), "several keys, [localhost, other.example]"));
        List<String> chosen = new ArrayList<>(store);
        chosen.add("spring.ssl.bundle.jks.node.key.alias=localhost");
        bundles(chosen, () -> {
            QuicServer server = server("node");
            assertThat(loopback.pool(new ClientSettings.ClientPem(null, null, null, authority.ca(), true), 1)
                    .ping(Loopback.to("localhost", server, null, null))).isPositive();
        });
    }

    private QuicServer server(String bundle) {
        return loopback.server(Loopback.settings(0, 100, null,
                new ServerSettings.ServerPem(bundle, null, null, null)));
    }

    private static ClientSettings.ClientPem client(String bundle) {
        return new ClientSettings.ClientPem(bundle, null, null, null, true);
    }

    private static void refused(ThrowingCallable start, String why) {
        assertThatThrownBy(start).isInstanceOf(TlsFailure.class).hasMessageContaining(why);
    }

    private void bundles(List<String> settings, Runnable then) {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                .withPropertyValues(settings.toArray(String[]::new)).run(context -> {
                    loopback.bundles(context.getBean(SslBundles.class));
                    then.run();
                });
    }

    private static String text(List<String> settings) throws Exception {
        StringBuilder text = new StringBuilder(settings.toString());
        for (String one : settings) {
            String value = one.substring(one.indexOf('=') + 1);
            if (value.startsWith("file:") && !one.contains(".jks.")) {
                text.append(Files.readString(Path.of(URI.create(value))));
            }
        }
        return text.toString();
    }
}
