package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds what docs/design.md says about the rooms, and of the walk through them, to the code. */
class DesignPageTest {

    private static final String ROOT = "io.agentdb.sync";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    /** The room with its sub-rooms, what is in it, and which classes to begin with. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+) \\| [^|]+ \\| (`[^|]+) \\|$");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern LIST = Pattern.compile("(?ms)^```text\n(.*?)^```$");
    /** Two spaces deeper than the class that calls it. */
    private static final Pattern STOP = Pattern.compile("((?:  )*)([A-Z]\\w+) +([a-z.]+)(?: .+)?");

    private record Stop(int depth, JavaClass type) { }

    private final String page = read();

    @Test
    void everyRoom_hasARow_whichNamesClassesOfIt() {
        Set<String> rooms = new TreeSet<>();
        for (MatchResult row : ROW.matcher(page).results().toList()) {
            List<String> names = names(row.group(1));
            String above = names.get(0).split("\\.")[0];
            Set<String> packages = names.stream().map(name -> ROOT + "." + (name.startsWith(".") ? above : "") + name)
                    .collect(Collectors.toSet());
            assertThat(CLASSES.stream().filter(one -> packages.contains(one.getPackageName())))
                    .extracting(JavaClass::getSimpleName).containsAll(names(row.group(2)));
            rooms.addAll(packages);
        }
        Set<String> holdClasses = CLASSES.stream().filter(one -> !one.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName).collect(Collectors.toSet());
        holdClasses.removeAll(Set.of(ROOT, ROOT + ".protocol.wire"));
        assertThat(rooms).containsExactlyInAnyOrderElementsOf(holdClasses);
    }

    @Test
    void everyStopOfTheWalk_isCalledByTheOneThatItStandsUnder() {
        String walk = page.substring(page.indexOf("### The walk of one record"));
        List<MatchResult> lists = LIST.matcher(walk).results().toList();
        assertThat(lists).hasSizeGreaterThan(3);
        List<String> astray = new ArrayList<>();
        for (MatchResult list : lists) {
            Deque<Stop> callers = new ArrayDeque<>();
            list.group(1).lines().map(DesignPageTest::stop).forEach(stop -> {
                while (!callers.isEmpty() && callers.peek().depth() >= stop.depth()) {
                    callers.pop();
                }
                assertThat(callers).as("who calls " + stop).hasSize(stop.depth());
                if (!callers.isEmpty() && !uses(callers.peek().type(), stop.type())) {
                    astray.add(callers.peek().type().getSimpleName() + " calls no " + stop.type().getSimpleName());
                }
                callers.push(stop);
            });
        }
        assertThat(astray).isEmpty();
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(name -> name.group(1)).toList();
    }

    private static Stop stop(String line) {
        Matcher stop = STOP.matcher(line);
        assertThat(stop.matches()).as(line).isTrue();
        List<JavaClass> found = CLASSES.stream().filter(one -> one.getSimpleName().equals(stop.group(2))
                && one.getPackageName().equals(ROOT + "." + stop.group(3))).toList();
        assertThat(found).as(stop.group(2) + " in " + stop.group(3)).hasSize(1);
        return new Stop(stop.group(1).length() / 2, found.get(0));
    }

    /** By its name, or by an interface or a superclass of it that is ours. */
    private static boolean uses(JavaClass caller, JavaClass called) {
        Set<JavaClass> faces = called.getAllClassesSelfIsAssignableTo().stream()
                .filter(face -> face.getPackageName().startsWith(ROOT)).collect(Collectors.toSet());
        return caller.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> faces.contains(dependency.getTargetClass()));
    }

    private static String read() {
        try {
            return Files.readString(Path.of("docs/design.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
