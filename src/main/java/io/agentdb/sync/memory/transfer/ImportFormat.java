package io.agentdb.sync.memory.transfer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What an import reads. */
public enum ImportFormat {
    /** JSON, an object a line. */
    LINES,
    /** JSON, an object an element of one array, such as AgentDB's export. */
    ARRAY,
    /** AgentDB's database file. */
    SQLITE;

    /** By the first bytes, at least {@link Importer#MAGIC_LENGTH} of them where there are as many. */
    public static ImportFormat of(byte[] start) {
        return SqliteFile.isMagic(Arrays.copyOf(start, Importer.MAGIC_LENGTH)) ? SQLITE
                : first(start) == '[' ? ARRAY : LINES;
    }

    /** The first character that is not blank, behind a byte order mark; 0 if there is none. */
    public static char first(byte[] start) {
        return (char) new String(start, StandardCharsets.UTF_8).chars().filter(c -> c > ' ' && c != '\ufeff')
                .findFirst().orElse(0);
    }
}
