package io.agentdb.sync.revision;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the tables of docs/consistency.md that say how a record is merged to what its columns declare. */
class MergingPageTest {

    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private final List<String> chapter;

    MergingPageTest() throws IOException {
        List<String> page = Files.readAllLines(Path.of("docs/consistency.md"));
        chapter = page.subList(page.indexOf("## What merge does"), page.size());
    }

    @Test
    void everyColumn_hasOneRow_whichSaysHowItIsMerged() {
        for (Kind kind : Kind.ALL) {
            List<String> rows = rows("| " + kind + " | |").flatMap(MergingPageTest::columns).toList();
            assertThat(rows).as(kind.name()).containsExactlyInAnyOrderElementsOf(
                    kind.columns().stream().map(column -> column.name() + ": " + word(column)).toList());
        }
    }

    @Test
    void everyWayOfMerging_isExplained() {
        assertThat(rows("| how | what comes of it |").flatMap(row -> Arrays.stream(cells(row)[0].split(", "))).toList())
                .containsExactlyInAnyOrder(Arrays.stream(Merging.values()).map(MergingPageTest::word)
                        .toArray(String[]::new));
    }

    /** The rows of the table with that head. */
    private Stream<String> rows(String head) {
        assertThat(chapter).containsOnlyOnce(head);
        return chapter.stream().skip(chapter.indexOf(head) + 2).takeWhile(line -> line.startsWith("|"));
    }

    /** Each column that a row names, with the first words of what it says: behind a comma or a semicolon comes more. */
    private static Stream<String> columns(String row) {
        String how = cells(row)[1].split("[,;]")[0];
        return NAME.matcher(cells(row)[0]).results().map(name -> name.group(1) + ": " + how);
    }

    private static String[] cells(String row) {
        return row.substring(2).split(" \\| ?");
    }

    private static String word(Column column) {
        return word(column.merging());
    }

    private static String word(Merging merging) {
        return merging.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
