package io.agentdb.sync.deploy.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** The project's Dockerfile as its instructions. */
record Dockerfile(Map<String, String> arguments, List<Stage> stages) {

    private static final Pattern ENVIRONMENT = Pattern.compile("([A-Z_]+)=(?:\"([^\"]*)\"|(\\S+))");

    record Instruction(String name, String text) {

        /**
         * The words of an instruction in exec form.
         *
         * @throws RuntimeException if it is in another form
         */
        List<String> words() {
            return List.of(JsonMapper.shared().readValue(text.substring(text.indexOf('[')), String[].class));
        }
    }

    record Stage(String base, String name, List<Instruction> instructions) {

        List<String> all(String instruction) {
            return instructions.stream().filter(each -> each.name().equals(instruction)).map(Instruction::text)
                    .toList();
        }
    }

    static Dockerfile read() {
        try {
            return parse(Files.readString(Path.of("Dockerfile")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Dockerfile parse(String file) {
        Map<String, String> arguments = new HashMap<>();
        List<Stage> stages = new ArrayList<>();
        String joined = file.lines().filter(line -> !line.startsWith("#")).reduce("", (all, line) -> all + line + "\n")
                .replaceAll("\\\\\n\\s*", "");
        joined.lines().filter(line -> !line.isBlank()).forEach(line -> {
            Instruction instruction = new Instruction(line.split(" ", 2)[0], line.split(" ", 2)[1]);
            if (instruction.name().equals("FROM")) {
                Matcher from = Pattern.compile("(?:--platform=\\S+ )?(\\S+)(?: AS (\\S+))?")
                        .matcher(instruction.text());
                if (!from.matches()) {
                    throw new IllegalArgumentException(line);
                }
                stages.add(new Stage(resolve(from.group(1), arguments), from.group(2), new ArrayList<>()));
            } else if (stages.isEmpty()) {
                arguments.put(instruction.text().split("=", 2)[0], instruction.text().split("=", 2)[1]);
            } else {
                stages.get(stages.size() - 1).instructions().add(instruction);
            }
        });
        return new Dockerfile(arguments, stages);
    }

    private static String resolve(String base, Map<String, String> arguments) {
        return base.startsWith("${") ? arguments.get(base.substring(2, base.length() - 1)) : base;
    }

    /**
     * What the container is run with: the last stage's instructions behind those of the stages that it is made from.
     */
    List<Instruction> image() {
        List<Instruction> inherited = new ArrayList<>();
        Stage stage = stages.get(stages.size() - 1);
        while (stage != null) {
            inherited.addAll(0, stage.instructions());
            String base = stage.base();
            stage = stages.stream().filter(each -> base.equals(each.name())).findFirst().orElse(null);
        }
        return inherited;
    }

    Instruction last(String name) {
        return image().stream().filter(each -> each.name().equals(name)).reduce((first, second) -> second)
                .orElseThrow();
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        image().stream().filter(each -> each.name().equals("ENV"))
                .forEach(each -> ENVIRONMENT.matcher(each.text()).results()
                .forEach(found -> environment.put(found.group(1),
                        found.group(2) == null ? found.group(3) : found.group(2))));
        return environment;
    }
}
