package io.agentdb.sync.cli;

import io.agentdb.sync.memory.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/**
 * The command as its users run it: a process, with nothing on its class path but what lies at the jar's root.
 *
 * @param status what it has ended with
 */
record CommandRun(int status, String out, String err) {

    /** What lies at the jar's root, and more of ours: that the command needs no more, RoomsTest holds. */
    static final String CLASS_PATH = location(Launcher.class) + ":" + location(CommandLine.class);

    /** Where it is run: as whom, in which environment, with what on stdin. */
    record Place(Path home, Map<String, String> environment, String in) {

        static Place of(Path home) {
            return new Place(home, Map.of(), "");
        }

        Place with(String name, String value) {
            Map<String, String> more = new HashMap<>(environment);
            more.put(name, value);
            return new Place(home, more, in);
        }

        Place saying(String in) {
            return new Place(home, environment, in);
        }

        CommandRun run(String... arguments) {
            try {
                Path err = Files.createTempFile(home, "stderr", "");
                Process process = process(CLASS_PATH, arguments)
                        .redirectError(err.toFile()).start();
                try (OutputStream stdin = process.getOutputStream()) {
                    stdin.write(in.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // It did not want to hear it.
                }
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new CommandRun(process.waitFor(), out, Files.readString(err));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        ProcessBuilder process(String classPath, String... arguments) {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                    .toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.home=" + home, "-cp",
                    classPath, Launcher.class.getName()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command);
            // What a developer's shell may have.
            builder.environment().keySet().removeIf(name -> name.startsWith("AGENTDB_") || name.startsWith("XDG_"));
            builder.environment().putAll(environment);
            return builder;
        }
    }

    JsonNode json() {
        return JsonText.parse(out);
    }

    private static String location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }
}
