package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two files side by side fit on a screen. */
class LinesTest {

    private static final int MOST = 120;

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/main/resources/templates", "src/main/resources/ui"})
    void noLine_isLongerThanAScreenIsWide(String sources) throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of(sources))) {
            for (Path file : files.filter(one -> one.toString().matches(".*\\.(java|html|css|js|svg)")).toList()) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).length() > MOST) {
                        tooLong.add(file + ":" + (i + 1));
                    }
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }
}
