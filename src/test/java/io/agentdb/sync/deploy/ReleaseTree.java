package io.agentdb.sync.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A copy of what a release is made of, to make one there: the project's own is left as it is. */
record ReleaseTree(Path place) {

    static final String VERSION = "9.8.7";

    record Result(int status, String output) { }

    /** With everything that a release's version is said in at that version, and a section for it without a date. */
    static ReleaseTree at(Path place) throws Exception {
        ReleaseTree tree = new ReleaseTree(place);
        Files.createDirectories(place.resolve("tools"));
        for (String name : List.of(".ci", ".mvn", "mvnw", "pom.xml", "src/main", "docker", "Dockerfile",
                "docker-compose.yml", "helm", "CHANGELOG.md", "LICENSE")) {
            Path copy = place.resolve(name);
            Files.createDirectories(copy.getParent());
            tree.must("cp", "-a", Path.of(name).toAbsolutePath().toString(), copy.toString());
        }
        tree.replace("CHANGELOG.md", "(?m)^## [0-9.]+, unreleased$", "## " + VERSION + ", unreleased");
        return tree;
    }

    void replace(String file, String pattern, String by) throws IOException {
        String before = Files.readString(place.resolve(file));
        String after = before.replaceAll(pattern, by);
        if (after.equals(before)) {
            throw new AssertionError(file + " has no " + pattern);
        }
        Files.writeString(place.resolve(file), after);
    }

    /** A program of that name goes before the machine's own. */
    void program(String name, String script) throws IOException {
        Path file = Files.writeString(place.resolve("tools").resolve(name).normalize(),
                "#!/usr/bin/env bash\nset -euo pipefail\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void must(String... command) throws Exception {
        Result result = run(command);
        if (result.status() != 0) {
            throw new AssertionError(String.join(" ", command) + "\n" + result.output());
        }
    }

    Result run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", place.resolve("tools") + ":" + System.getenv("PATH"));
        builder.environment().keySet().removeAll(List.of("IMAGE", "CHARTS"));
        Process running = builder.start();
        running.getOutputStream().close();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(running.waitFor(), output);
    }
}
