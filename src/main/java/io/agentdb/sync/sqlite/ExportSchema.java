package io.agentdb.sync.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The tables of a file that goes out. */
final class ExportSchema {

    private ExportSchema() {
    }

    /** Several statements. */
    static String sql() {
        try (InputStream in = Objects.requireNonNull(ExportSchema.class.getResourceAsStream("/sqlite/agentdb.sql"),
                "it is in the jar")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
