package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.cli.client.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Holds docs/cli.md to the command. */
class CliPageTest {

    @Test
    void everyStatus_hasItsRow_andNoOther() throws Exception {
        assertThat(Files.readAllLines(Path.of("docs/cli.md")).stream().filter(line -> line.matches("\\| \\d .*")))
                .containsExactlyElementsOf(Arrays.stream(Exit.values()).map(exit -> "| " + exit.status() + " | "
                        + exit.meaning() + " | " + exit.next() + " |").toList());
    }

    @Test
    void everyVerb_hasItsRow() throws Exception {
        String page = Files.readString(Path.of("docs/cli.md"));
        assertThat(Verbs.ALL).allSatisfy(verb -> assertThat(page).containsPattern("(?m)^\\|.*`" + verb.name()
                + "[` ]"));
    }
}
