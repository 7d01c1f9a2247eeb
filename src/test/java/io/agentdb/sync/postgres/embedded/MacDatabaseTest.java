package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FilenameUtils;
import org.apache.commons.lang3.StringUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** PostgreSQL for macOS is packed once, under the name of one of its two processors. */
class MacDatabaseTest {

    @TempDir
    private Path directory;

    @Test
    void javaOnAppleSilicon_findsTheDatabaseThatIsForBothProcessors() throws Exception {
        Files.writeString(directory.resolve("postgres-darwin-x86_64.txz"), "for both");
        List<URL> classPath = new ArrayList<>(List.of(directory.toUri().toURL()));
        for (Class<?> needed : List.of(DefaultPostgresBinaryResolver.class, LoggerFactory.class, StringUtils.class,
                FilenameUtils.class)) {
            classPath.add(needed.getProtectionDomain().getCodeSource().getLocation());
        }
        // Without the class path of the test, on which there is this machine's own.
        try (URLClassLoader alone = new URLClassLoader(classPath.toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader())) {
            Class<?> resolver = alone.loadClass(DefaultPostgresBinaryResolver.class.getName());
            Method find = resolver.getMethod("getPgBinary", String.class, String.class);
            Object instance = resolver.getField("INSTANCE").get(null);
            for (String processor : List.of("aarch64", "x86_64")) {
                try (InputStream found = (InputStream) find.invoke(instance, "Darwin", processor)) {
                    assertThat(found).as(processor).hasContent("for both");
                }
            }
        }
    }
}
