package io.agentdb.sync.mcp.npm;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * AgentDB's packages, installed by npm once into {@code target/npm}, for all processes of a build and the builds after
 * it. Without Node or npm, or where npm cannot get them, tests are skipped, and fail under {@code CI=true}.
 */
public enum NpmPackages {

    /** What {@code npx agentdb} runs: SQLite in WebAssembly, which writes its file rarely or never. */
    AGENTDB_1("dist/mcp/agentdb-mcp-server.js", "agentdb@1.6.1"),
    /** With native SQLite, so that it writes as it goes; without its other optional packages, 650 MB. */
    AGENTDB_3("dist/src/mcp/agentdb-mcp-server.js", "agentdb@3.0.0-alpha.20", "better-sqlite3@12.11.1");

    private static final long MINUTES = 5;
    private static final String INSTALLED = "installed";
    private static final Path HEADERS = Path.of("/usr/include/node/node.h");

    private final String server;
    private final List<String> packages;

    NpmPackages(String server, String... packages) {
        this.server = server;
        this.packages = List.of(packages);
    }

    /** The script of its MCP server, for {@code node}. Blocks until it is installed. */
    public Path server() {
        return directory().resolve("node_modules/agentdb").resolve(server);
    }

    /** Where it is installed, with {@code node_modules} in it. Blocks until then. */
    public synchronized Path directory() {
        Path directory = Path.of("target", "npm", name().toLowerCase(java.util.Locale.ROOT)).toAbsolutePath();
        try {
            Files.createDirectories(directory);
            // The tests run in two processes.
            try (FileChannel channel = FileChannel.open(directory.resolveSibling(directory.getFileName() + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
                if (!Files.exists(directory.resolve(INSTALLED))) {
                    install(directory);
                    Files.createFile(directory.resolve(INSTALLED));
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void install(Path directory) throws IOException {
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("package.json"), "{\"private\": true}");
        List<String> install = new ArrayList<>(List.of("npm", "install", "--ignore-scripts", "--omit=optional",
                "--no-audit",
                "--no-fund", "--loglevel=error"));
        install.addAll(packages);
        run(directory, install);
        // Without it they make mocks, as everywhere where their model cannot be loaded. In 1.6.1 it ends the server
        // where the image library's native part is missing, and elsewhere it loads 90 MB.
        FileSystemUtils.deleteRecursively(directory.resolve("node_modules/@xenova"));
        if (this == AGENTDB_3) {
            // Takes what its makers have built, or builds it, in about a minute.
            run(directory, List.of("npm", "rebuild", "better-sqlite3", "--loglevel=error"));
            run(directory, List.of("node", "-e", "new (require('better-sqlite3'))(':memory:')"));
        }
    }

    private static void run(Path directory, List<String> command) {
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CI", "true");
        // Node's headers where Debian has them: else they are fetched.
        if (Files.exists(HEADERS)) {
            builder.environment().putIfAbsent("npm_config_nodedir", "/usr");
        }
        try {
            Process process = builder.start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                skip(String.join(" ", command) + " has not ended within " + MINUTES + " minutes: see " + log);
            }
            if (process.exitValue() != 0) {
                skip(String.join(" ", command) + " has failed: " + Files.readString(log));
            }
        } catch (IOException e) {
            skip(command.get(0) + " is not there: install Node and npm to have AgentDB itself tested");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void skip(String why) {
        if (Boolean.getBoolean("CI") || Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(why);
        }
        System.err.println("NOT TESTED with AgentDB itself: " + why);
        abort(why);
    }
}
