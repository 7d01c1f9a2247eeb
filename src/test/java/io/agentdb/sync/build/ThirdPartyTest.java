package io.agentdb.sync.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the jar says of what it is made of: to scanners, and to people. */
class ThirdPartyTest {

    private String bill;
    private String notices;

    @BeforeEach
    void read() throws IOException {
        bill = resource("META-INF/sbom/application.cdx.json");
        notices = resource("META-INF/THIRD-PARTY.txt");
        assumeTrue(bill != null && notices != null || "true".equals(System.getenv("CI")),
                "Maven makes no bill of materials offline (-o): build once without");
    }

    @Test
    void billOfMaterials_namesWhatTheJarHas_andNothingThatTestsAlone() {
        assertThat(JsonPath.<String>read(bill, "$.bomFormat")).isEqualTo("CycloneDX");
        assertThat(JsonPath.<String>read(bill, "$.metadata.component.name")).isEqualTo("agentdb-sync");
        List<String> parts = JsonPath.read(bill, "$.components[*].purl");
        assertThat(parts).hasSizeGreaterThan(100)
                .anyMatch(one -> one.startsWith("pkg:maven/io.netty.incubator/netty-incubator-codec-classes-quic@"))
                .anyMatch(one -> one.startsWith("pkg:maven/org.postgresql/postgresql@"))
                .noneMatch(one -> one.contains("/junit-jupiter") || one.contains("/kwik@")
                        || one.contains("bouncycastle"));
    }

    @Test
    void notices_nameEachPart_withItsLicence() {
        List<Map<String, Object>> parts = JsonPath.read(bill, "$.components[*]");
        assertThat(parts).isNotEmpty().allSatisfy(part -> assertThat(notices).contains(
                "(" + part.get("group") + ":" + part.get("name") + ":" + part.get("version")));
        assertThat(notices).doesNotContainIgnoringCase("unknown license");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ThirdPartyTest.class.getClassLoader().getResourceAsStream(name)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
