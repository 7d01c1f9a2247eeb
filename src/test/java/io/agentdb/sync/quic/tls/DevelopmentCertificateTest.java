package io.agentdb.sync.quic.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.pem.PemContent;

/** What a node makes for itself, by Java's own tool. */
class DevelopmentCertificateTest {

    @TempDir
    private Path directory;

    @Test
    void certificate_isForThisMachine_forTenYears_withAKeyOnP256_andSignedByItself() throws Exception {
        PemFiles made = new DevelopmentCertificate(directory).files(null);
        X509Certificate certificate = PemContent.load(made.cert()).getCertificates().get(0);
        assertThat(certificate.getSubjectX500Principal()).isEqualTo(certificate.getIssuerX500Principal())
                .hasToString("CN=AgentDB sync node (development)");
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1).toString()))
                .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        if (InetAddress.getLocalHost().getHostName().matches("[A-Za-z0-9-]+")) {
            assertThat(HostNames.match(certificate, InetAddress.getLocalHost().getHostName())).isTrue();
        }
        assertThat(HostNames.match(certificate, "::1")).isTrue();
        Instant now = Instant.now();
        assertThat(certificate.getNotBefore().toInstant()).isBetween(now.minus(Duration.ofHours(25)),
                now.minus(Duration.ofHours(23)));
        assertThat(certificate.getNotAfter().toInstant()).isBetween(now.plus(Duration.ofDays(3649)),
                now.plus(Duration.ofDays(3651)));
        assertThat(((ECPublicKey) certificate.getPublicKey()).getParams().getOrder().bitLength()).isEqualTo(256);
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(PemContent.load(made.key()).getPrivateKey().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void itsFiles_areForTheirOwnerOnly_andNothingElseStays() throws Exception {
        PemFiles made = new DevelopmentCertificate(directory).files(null);
        String before = Files.readString(made.cert());
        assertThat(Files.readString(new DevelopmentCertificate(directory).files(null).cert())).isEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("tls"))))
                .isEqualTo("rwx------");
        try (var all = Files.list(directory.resolve("tls"))) {
            List<Path> files = all.toList();
            assertThat(files).containsExactlyInAnyOrder(made.cert(), made.key()).allSatisfy(file -> assertThat(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"));
        }
    }

    @Test
    void javaWithoutKeytool_isSaid_withWhatToDo() {
        Keytool none = new Keytool(directory.resolve("bin/keytool"));
        assertThatThrownBy(() -> new DevelopmentCertificate(directory, none)).isInstanceOf(TlsFailure.class)
                .hasMessageContaining("keytool cannot be run").hasMessageContaining("a Java that has it")
                .hasMessageContaining("agentdb.server.tls.cert");
    }

    @Test
    void toolThatFails_isQuoted_andLeavesNothingBehind() throws Exception {
        Path tool = Files.writeString(directory.resolve("keytool"), "#!/bin/sh\necho out of luck\nexit 3\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> new DevelopmentCertificate(directory, new Keytool(tool)))
                .isInstanceOf(TlsFailure.class).hasMessageContaining("out of luck");
        assertThat(directory.resolve("tls")).isEmptyDirectory();
    }
}
