package io.agentdb.sync.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Holds docs/schema.sql to the migrations: what the page makes of an empty database is what they make of one. */
class SchemaPageTest {

    private static final Path PAGE = Path.of("docs/schema.sql");

    private final List<String> refused = new ArrayList<>();

    @Test
    void page_makesTheSchemaThatTheMigrationsMake() throws IOException, SQLException {
        SchemaPage page = SchemaPage.read(Files.readString(PAGE));
        Map<String, String> made = made(page);
        Map<String, String> present = Catalog.of(TestPostgres.createMigrated());
        if (Boolean.getBoolean("schema.write")) {
            page = page.broughtUpToDate(made, present);
            Files.writeString(PAGE, page.text());
            made = made(page);
        }
        String hint = "; to bring docs/schema.sql up to date: ./mvnw test -Dtest=SchemaPageTest -Dschema.write=true";
        assertThat(refused).as("statements that cannot be run in the page's order" + hint).isEmpty();
        assertThat(differences(made, present)).as("what the page makes, and what it should" + hint).isEmpty();
    }

    /** Who looks for its history begins there. */
    @Test
    void page_namesTheMigrationThatLastMadeTheStamp() throws IOException {
        try (Stream<Path> migrations = Files.list(Path.of("src/main/resources/db/migration"))) {
            int last = migrations.filter(SchemaPageTest::makesTheStamp).map(file -> file.getFileName().toString())
                    .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__")))).max().orElseThrow();
            assertThat(Files.readString(PAGE)).contains("(made by agentdb_set_triggers(), at the end of this page);"
                    + " last made in V" + last + ".\n");
        }
    }

    private static boolean makesTheStamp(Path migration) {
        try {
            return Files.readString(migration).contains("function agentdb_stamp() returns trigger");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> differences(Map<String, String> made, Map<String, String> present) {
        Set<String> names = new TreeSet<>(made.keySet());
        names.addAll(present.keySet());
        return names.stream().filter(name -> !Objects.equals(made.get(name), present.get(name)))
                .map(name -> "%s\n%s\n%s\n".formatted(name, made.get(name), present.get(name))).toList();
    }

    /** What the page makes of an empty database. */
    private Map<String, String> made(SchemaPage page) throws SQLException {
        DataSource database = TestPostgres.newDatabase();
        refused.clear();
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            for (SchemaPage.Entry entry : page.entries()) {
                try {
                    statement.execute(entry.sql());
                } catch (SQLException e) {
                    refused.add(entry.name() + ": " + e.getMessage());
                }
            }
        }
        return Catalog.of(database);
    }
}
