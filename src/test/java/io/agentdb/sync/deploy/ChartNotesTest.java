package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart says after an installation holds for what was installed. */
class ChartNotesTest {

    @TempDir
    private Path directory;
    private Path chart;

    /** Helm renders notes when it installs, and only then: as a template they are rendered here too. */
    @BeforeEach
    void makeATemplateOfTheNotes() throws IOException {
        chart = Chart.copy(directory.resolve("agentdb-sync"));
        Files.copy(chart.resolve("templates/NOTES.txt"), chart.resolve("files/notes.txt"));
        Files.writeString(chart.resolve("templates/notes.yaml"), """
                kind: Notes
                metadata:
                  name: notes
                text: |
                  {{- tpl (.Files.Get "files/notes.txt") . | nindent 2 }}
                """);
    }

    @Test
    void fingerprint_isAdvised_unlessCertManagerRenewsIt() {
        assertThat(notes("external")).contains("fingerprint: ", "unless an authority vouches");
        assertThat(notes("cloudnativepg")).contains("tls.client.ca there").doesNotContain("fingerprint: ");
        assertThat(notes("mesh")).contains("fingerprint: ");
    }

    @Test
    void address_isOneThatPeersReach() {
        assertThat(notes("external")).contains("address: alpha-agentdb-sync-quic.agents.svc:4433\n");
        assertThat(notes("public")).contains("address: <external address>:443\n");
        assertThat(notes("public", "tls.server.dnsNames[0]", "alpha.example.com"))
                .contains("address: alpha.example.com:443\n");
        assertThat(notes("nodeport")).contains("address: <external address>:30433\n");
        assertThat(notes("nodeport", "service.quic.nodePort", "null"))
                .contains("address: <external address>:<node port>\n");
        assertThat(notes("gateway")).contains("address: alpha.example.com:<port of the gateway's listener>\n",
                "https://memory.example.com/swagger-ui.html", "https://memory.example.com/status");
    }

    @Test
    void tokens_areAskedFor_whereThereAreAny() {
        assertThat(notes("external")).contains("its token (key peer-token", "authTokenSecret:");
        assertThat(notes("gateway")).contains("a certificate that this node accepts")
                .doesNotContain("peer-token", "authTokenSecret");
        assertThat(notes("gateway", "auth.tokens.existingSecret", "each")).contains("a token of its own (secret each)",
                "authTokenSecret:");
    }

    private String notes(String set, String... settings) {
        return (String) Chart.render(chart, Chart.RELEASE, Chart.valueSet(set), settings).one("Notes").get("text");
    }
}
