package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages' links among each other, and the code that they name: what moves, or is renamed, takes them along. */
class LinksTest {

    /** A link within the project, with the file and the heading that it leads to. */
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]+]\\((?!\\w+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    /** {@code Class} or {@code Class.member}. */
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:[.#](\\w+))?(?:\\(.*?\\))?`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|enum|interface|message)\\s+(\\w+)");
    /** Pages that are about the code; in others such a name is that of an alert or a header. */
    private static final List<String> ABOUT_THE_CODE = List.of("CONTRIBUTING.md", "SECURITY.md", "docs/consistency.md",
            "docs/design.md", "docs/protocol.md");
    private static final Set<String> NOT_OURS = Set.of("Duration", "DataSize", "Impl", "Util", "Helper", "Manager");

    @Test
    void everyLink_leadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult link : LINK.matcher(text(page)).results().toList()) {
                links++;
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
                if (!Files.exists(target) || link.group(2) != null && !anchors(target).contains(link.group(2))) {
                    broken.add(page + ": " + link.group());
                }
            }
        }
        assertThat(links).isGreaterThan(50);
        assertThat(broken).isEmpty();
    }

    @Test
    void everyClassThatAPageNames_isThere_withItsMember() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String directory : List.of("src/main/java", "src/main/proto", "src/test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String source = Files.readString(file);
                    DECLARED.matcher(source).results().map(declared -> declared.group(1)).distinct()
                            .forEach(name -> sources.merge(name, source, String::concat));
                }
            }
        }
        List<String> gone = new ArrayList<>();
        int names = 0;
        for (String page : ABOUT_THE_CODE) {
            for (MatchResult name : NAME.matcher(text(Path.of(page))).results().toList()) {
                names++;
                String source = sources.getOrDefault(name.group(1), "");
                if (!NOT_OURS.contains(name.group(1)) && (source.isEmpty() || name.group(2) != null
                        && !Pattern.compile("\\b" + name.group(2) + "\\b").matcher(source).find())) {
                    gone.add(page + ": " + name.group());
                }
            }
        }
        assertThat(names).isGreaterThan(200);
        assertThat(gone).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String directory : List.of(".", "docs", "helm/agentdb-sync")) {
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                files.map(Path::normalize).filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    private static String text(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).replaceAll("");
    }

    /** What GitHub makes of the headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(text(page)).results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
