package io.agentdb.sync.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the jar says to people of what it is made of. */
class ThirdPartyTest {

    @Test
    void notices_nameEachPartOfTheJar_withItsLicence_andNothingThatTestsAlone() throws IOException {
        List<String> notices = notices();
        assertThat(notices).hasSizeGreaterThan(100).allMatch(line -> line.strip().startsWith("("));
        assertThat(notices).anyMatch(line -> line.contains("(io.netty.incubator:netty-incubator-codec-classes-quic:"))
                .anyMatch(line -> line.contains("(org.postgresql:postgresql:"))
                .noneMatch(line -> line.contains("bouncycastle") || line.contains("(tech.kwik:")
                        || line.contains("(org.junit"))
                .noneMatch(line -> line.toLowerCase().contains("unknown license"));
    }

    private static List<String> notices() throws IOException {
        try (InputStream in = ThirdPartyTest.class.getClassLoader().getResourceAsStream("META-INF/THIRD-PARTY.txt")) {
            assumeTrue(in != null || "true".equals(System.getenv("CI")), "Maven makes it, not an IDE");
            // A blank line and a heading.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(2).toList();
        }
    }
}
