package io.agentdb.sync;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of docs/design.md. */
class RoomsTest {

    private static final String ROOT = "io.agentdb.sync";
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    /** From the top down; a room may use those below it. */
    private static final List<String> ROOMS = List.of("example", "web", "sync", "quic", "protocol", "admission", "conflict", "replica",
            "memory", "version", "postgres");

    @Test
    void arrowsPointDownwards() {
        for (int i = 1; i < ROOMS.size(); i++) {
            String[] above = ROOMS.subList(0, i).stream().map(RoomsTest::inside).toArray(String[]::new);
            check(noClasses().that().resideInAPackage(inside(ROOMS.get(i))).should().dependOnClassesThat().resideInAnyPackage(above));
        }
    }

    @Test
    void roomsFormNoCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void netty_livesInQuicAlone() {
        check(noClasses().that().resideOutsideOfPackage(inside("quic")).should().dependOnClassesThat().resideInAPackage("io.netty.."));
    }

    @Test
    void protobuf_livesInProtocolAlone() {
        check(noClasses().that().resideOutsideOfPackage(inside("protocol")).should().dependOnClassesThat()
                .resideInAnyPackage("com.google.protobuf..", ROOT + ".protocol.wire.."));
    }

    @Test
    void versions_areJavaAlone() {
        check(classes().that().resideInAPackage(inside("version")).should().onlyDependOnClassesThat()
                .resideInAnyPackage("java.lang..", "java.util..", "java.time..", inside("version")));
    }

    @Test
    void everythingIsInARoom_butTheApplicationAndItsCommandLine() {
        String[] rooms = ROOMS.stream().map(RoomsTest::inside).toArray(String[]::new);
        check(classes().that().doNotHaveSimpleName("SyncNodeApplication").and().doNotHaveSimpleName("CommandLine").and()
                .doNotHaveSimpleName("SpringSettings").and()
                .doNotHaveSimpleName("package-info")
                .should().resideInAnyPackage(rooms));
    }

    private static String inside(String room) {
        return ROOT + "." + room + "..";
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
