package io.agentdb.sync;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rooms of docs/design.md: their sizes, and the arrows between them. */
class RoomsTest {

    private static final String ROOT = "io.agentdb.sync";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    /** From the top down; a room may use those below it. */
    private static final List<String> ROOMS = List.of(
            "start", "cli", "cli.verb", "cli.shell", "cli.output", "cli.client", "example", "attach", "attach.copy",
            "attach.file", "mcp", "mcp.stdio", "mcp.tool", "ui.desk", "ui.mesh", "ui.node", "ui.pairing", "ui.record",
            "ui", "ui.picture", "ui.words", "ui.live", "web", "web.watch", "web.sync", "web.review", "web.transfer",
            "web.clients",
            "web.openapi", "web.request", "web.access", "web.problem", "coordinator", "coordinator.metrics",
            "live", "verify",
            "conversation", "companion", "run", "pairing", "peers", "quic.server", "quic.client", "quic.stream",
            "quic.tls",
            "protocol.codec", "protocol", "review.conflict", "review.quarantine", "replica.edit", "replica.digest",
            "replica.apply",
            "replica.feed", "replica.knowledge", "replica.store", "replica", "telemetry", "node", "revision",
            "admission",
            "sqlite", "search", "search.index", "memory.transfer", "embedding", "memory.store", "memory.listing",
            "memory.input", "memory", "postgres.embedded", "postgres", "home", "version");
    /** A newcomer takes in one shelf at a glance. */
    private static final int MOST_FILES = 25;

    @Test
    void arrowsPointDownwards() {
        for (int i = 1; i < ROOMS.size(); i++) {
            String[] above = ROOMS.subList(0, i).stream().map(RoomsTest::room).toArray(String[]::new);
            noClasses().that().resideInAPackage(room(ROOMS.get(i))).should().dependOnClassesThat()
                    .resideInAnyPackage(above).check(CLASSES);
        }
    }

    @Test
    void roomsFormNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java"})
    void noRoomIsTooFull(String sources) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(sources))) {
            Map<Path, Long> sizes = files.filter(file -> file.toString().endsWith(".java")
                    && !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
            assertThat(sizes).isNotEmpty().allSatisfy((room, size) -> assertThat(size).as(room.toString())
                    .isLessThanOrEqualTo(MOST_FILES));
        }
    }

    /** Nested ones too: who meets a name need not ask which of two it is, and OpenAPI names schemas so. */
    @Test
    void everyTypeOfOurs_hasANameOfItsOwn() {
        Map<String, List<String>> types = CLASSES.stream()
                .filter(one -> !one.getPackageName().equals(ROOT + ".protocol.wire"))
                .filter(one -> !one.isAnonymousClass() && !one.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getSimpleName,
                        Collectors.mapping(JavaClass::getName, Collectors.toList())));
        assertThat(types.values()).hasSizeGreaterThan(400).allSatisfy(named -> assertThat(named).hasSize(1));
    }

    @Test
    void everyRoom_saysWhatItPromises() {
        assertThat(ROOMS).allSatisfy(room -> assertThat(Path.of("src/main/java/io/agentdb/sync", room.split("\\."))
                .resolve("package-info.java")).exists());
    }

    /** NullAway looks into no other package. */
    @Test
    void everyRoom_saysWhatMayBeNull_butWhatIsGenerated() {
        assertThat(CLASSES.stream().filter(one -> !one.getPackage().isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet())).containsExactly(ROOT + ".protocol.wire");
    }

    @Test
    void subRooms_areUsedThroughTheirFacesAlone() {
        noClasses().that().resideOutsideOfPackage(inside("quic")).should().dependOnClassesThat()
                .resideInAnyPackage(room("quic.stream"), room("quic.tls")).check(CLASSES);
        noClasses().that().resideOutsideOfPackages(inside("protocol"), inside("quic")).and()
                .doNotHaveSimpleName("SyncConfiguration").should()
                .dependOnClassesThat().resideInAPackage(room("protocol.codec")).check(CLASSES);
        noClasses().that().resideOutsideOfPackage(inside("protocol")).should().dependOnClassesThat(
                com.tngtech.archunit.base.DescribedPredicate.describe(
                "are no face of the codec", one -> one.getPackageName()
                        .equals(room("protocol.codec")) && !List.of(
                        "MessageCodec", "Payload", "RecordName", "Sendable", "UnknownFields")
                        .contains(one.getSimpleName()))).check(CLASSES);
    }

    /** It lies at the jar's root, where nothing else can be seen: pom.xml puts it there. */
    @Test
    void theCommandLine_usesNothingButWhatLiesWithIt() {
        classes().that().resideInAPackage(inside("cli")).should().onlyDependOnClassesThat(
                com.tngtech.archunit.base.DescribedPredicate.describe("lie at the jar's root", one ->
                        one.getPackageName().matches(
                                "(java|javax|picocli|org\\.jspecify|io\\.agentdb\\.sync\\.cli)\\b.*")
                                || one.isArray() || one.isPrimitive()
                                || List.of("Nearest", "OwnerOnly").contains(one.getSimpleName()))).check(CLASSES);
    }

    @Test
    void netty_livesInQuicAlone() {
        noClasses().that().resideOutsideOfPackage(inside("quic")).should().dependOnClassesThat()
                .resideInAPackage("io.netty..").check(CLASSES);
    }

    @Test
    void protobuf_livesInProtocolAlone() {
        noClasses().that().resideOutsideOfPackage(inside("protocol")).should().dependOnClassesThat()
                .resideInAnyPackage("com.google.protobuf..", ROOT + ".protocol.wire..").check(CLASSES);
    }

    @Test
    void versions_areJavaAlone() {
        classes().that().resideInAPackage(inside("version")).should().onlyDependOnClassesThat()
                .resideInAnyPackage("java.lang..", "java.util..", "java.time..", "org.jspecify..", inside("version"))
                .check(CLASSES);
    }

    @Test
    void revisions_knowNeitherSqlNorSpring() {
        noClasses().that().resideInAPackage(inside("revision")).should().dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework..").check(CLASSES);
    }

    @Test
    void everythingIsInARoom_butTheApplicationAndItsCommandLine() {
        String[] rooms = Stream.concat(ROOMS.stream().map(RoomsTest::room), Stream.of(ROOT + ".protocol.wire"))
                .toArray(String[]::new);
        classes().that().doNotHaveSimpleName("SyncNodeApplication").and().doNotHaveSimpleName("CommandLine").and()
                .doNotHaveSimpleName("SpringSettings").and().doNotHaveSimpleName("package-info")
                .should().resideInAnyPackage(rooms).check(CLASSES);
    }

    private static String inside(String room) {
        return ROOT + "." + room + "..";
    }

    /** Without its sub-rooms. */
    private static String room(String room) {
        return ROOT + "." + room;
    }
}
