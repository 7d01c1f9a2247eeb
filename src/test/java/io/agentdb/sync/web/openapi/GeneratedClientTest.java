package io.agentdb.sync.web.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.agentdb.sync.coordinator.TestNode;
import jakarta.annotation.Generated;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are generated from docs/openapi.yaml compile, and drive two nodes: create, list, patch, synchronize,
 * decide a conflict, export. In Java, in TypeScript (Node, npm), and in Python with the libraries that the system has.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class GeneratedClientTest {

    /** The profile {@code long} puts it there: beside the tests, its classes would be in the way of theirs. */
    private static final Path TOOLS = Path.of("target", "openapi-generator").toAbsolutePath();
    private static final Path DRIVERS = Path.of("src", "test", "resources", "openapi").toAbsolutePath();

    @TempDir
    private Path directory;
    private TestNode here;
    private TestNode there;

    @BeforeAll
    void start() {
        here = TestNode.start("driven", "agentdb.client.tls.verify=false");
        there = TestNode.start("beside");
    }

    @AfterAll
    void stop() {
        there.close();
        here.close();
    }

    @Test
    void javaClient_compiles_andDrivesNodes() throws Exception {
        Path client = generate("java", "library=native,useJakartaEe=true,invokerPackage=agentdb.client,"
                + "apiPackage=agentdb.client.api,modelPackage=agentdb.client.model");
        String classPath = Stream.of(ObjectMapper.class, JsonFactory.class, JsonProperty.class, JavaTimeModule.class,
                Generated.class).map(GeneratedClientTest::jar)
                .collect(Collectors.joining(File.pathSeparator, "", File.pathSeparator))
                + tool("jackson-databind-nullable");
        Path classes = Files.createDirectory(client.resolve("classes"));
        List<String> compile = new ArrayList<>(List.of(java("javac"), "-nowarn", "--release", "17", "-proc:none", "-d",
                classes.toString(), "-cp", classPath, DRIVERS.resolve("Drive.java").toString()));
        try (Stream<Path> sources = Files.walk(client.resolve("src/main/java"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(compile::add);
        }
        ForeignTool.run(client, compile.toArray(String[]::new));
        driven(client, java("java"), "-cp", classes + File.pathSeparator + classPath, "Drive");
    }

    @Test
    void typeScriptClient_compiles_andDrivesNodes() throws Exception {
        Path client = generate("typescript-fetch", "stringEnums=false");
        Files.writeString(client.resolve("package.json"), "{\"private\": true}");
        ForeignTool.prepare(client, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error",
                "typescript@5.9.3");
        Files.copy(DRIVERS.resolve("drive.ts"), client.resolve("drive.ts"));
        ForeignTool.run(client, "node_modules/.bin/tsc", "--strict", "--target", "es2022", "--module", "commonjs",
                "--lib", "es2022,dom", "--outDir", "js", "drive.ts");
        driven(client, "node", "js/drive.js");
    }

    @Test
    void pythonClient_drivesNodes() throws Exception {
        // Not that of a version manager: a distribution's packages are its own Python's.
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        String pydantic = ForeignTool.prepare(directory, python, "-c",
                "import dateutil, urllib3, pydantic; print(pydantic.VERSION)");
        Path client = generate(pydantic.startsWith("1.") ? "python-pydantic-v1" : "python",
                "packageName=openapi_client");
        Files.copy(DRIVERS.resolve("drive.py"), client.resolve("drive.py"));
        driven(client, python, "drive.py");
    }

    private Path generate(String language, String properties) throws Exception {
        Path client = Files.createDirectory(directory.resolve(language));
        ForeignTool.run(client, java("java"), "-jar", tool("openapi-generator-cli").toString(), "generate", "-g",
                language, "-i", Path.of("docs/openapi.yaml").toAbsolutePath().toString(), "-o", client.toString(),
                "--additional-properties", properties, "--global-property",
                "apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false");
        return client;
    }

    private void driven(Path client, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(here.url(""), there.url(""), String.valueOf(there.quicPort())));
        assertThat(ForeignTool.run(client, all.toArray(String[]::new))).endsWith("driven\n");
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static String jar(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    private static Path tool(String name) throws Exception {
        try (Stream<Path> tools = Files.exists(TOOLS) ? Files.list(TOOLS) : Stream.empty()) {
            List<Path> found = tools.filter(one -> one.getFileName().toString().startsWith(name)).toList();
            if (found.isEmpty()) {
                ForeignTool.prepare(Path.of("target"), "target/openapi-generator: ./mvnw -Plong has it");
            }
            return found.get(0);
        }
    }
}
