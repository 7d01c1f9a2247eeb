package io.agentdb.sync.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.replica.digest.NodeCounts.Digest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private final Screen screen = new Screen(new PrintStream(new ByteArrayOutputStream()), false);

    @Test
    void sameDigests_areEqual() {
        Comparison comparison = new Comparison(List.of(new Digest("episodes", 2, "aa")),
                List.of(new Digest("episodes", 2, "aa")));
        assertThat(comparison.exitStatus()).isZero();
        assertThat(comparison.table(screen).lines()).last().asString()
                .isEqualTo("episodes      2  aa           2  aa      equal");
    }

    @Test
    void sameNumberOfOtherRecords_isDifferent_andTheShellIsTold() {
        Comparison comparison = new Comparison(List.of(new Digest("episodes", 2, "aa"), new Digest("skills", 1, "cc")),
                List.of(new Digest("episodes", 2, "bb"), new Digest("skills", 1, "cc")));
        assertThat(comparison.exitStatus()).isEqualTo(1);
        assertThat(comparison.table(screen).lines()).anyMatch(
                line -> line.startsWith("episodes") && line.endsWith("DIFFERENT"))
                .anyMatch(line -> line.startsWith("skills") && line.endsWith("equal"));
    }
}
