package io.agentdb.sync.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/**
 * What values.yaml says of its values: a comment that begins with {@code --} is of a value, with all that is in it;
 * another that stands right above a name is of what is in it.
 *
 * @param values description by path, of each value, in their order
 * @param groups description by path of some that have values in them
 */
record ValuesFile(Map<String, String> values, Map<String, String> groups, Map<String, Object> defaults) {

    private static final Pattern NAME = Pattern.compile("( *)([A-Za-z0-9]+):(.*)");
    private static final Pattern COMMENT = Pattern.compile("( *)# ?(-- )?(.*)");

    /** @throws AssertionError naming a value of which nothing is said */
    static ValuesFile read() {
        try {
            List<String> lines = Files.readAllLines(Chart.DIRECTORY.resolve("values.yaml"));
            ValuesFile file = new ValuesFile(new LinkedHashMap<>(), new LinkedHashMap<>(),
                    new Yaml().load(String.join("\n", lines)));
            file.read(lines);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(List<String> lines) {
        List<String> path = new ArrayList<>();
        List<String> said = new ArrayList<>();
        String margin = "";
        boolean ofValue = false;
        int within = Integer.MAX_VALUE;
        for (String line : lines) {
            Matcher comment = COMMENT.matcher(line);
            Matcher name = NAME.matcher(line);
            // An example stands in the margin of what it is an example of.
            if (!comment.matches() || !comment.group(1).equals(margin)) {
                boolean belongs = name.matches() && name.group(1).equals(margin);
                if (name.matches() && name.group(1).length() <= within) {
                    int depth = name.group(1).length() / 2;
                    path.subList(Math.min(depth, path.size()), path.size()).clear();
                    path.add(name.group(2));
                    within = belongs && ofValue ? name.group(1).length() : Integer.MAX_VALUE;
                    add(String.join(".", path), belongs ? String.join(" ", said) : "", belongs && ofValue,
                            name.group(3).isBlank());
                }
                said.clear();
                ofValue = false;
            }
            if (comment.matches()) {
                margin = comment.group(1);
                ofValue |= comment.group(2) != null;
                said.add(comment.group(3));
            }
        }
    }

    private void add(String path, String said, boolean value, boolean hasMore) {
        if (value) {
            values.put(path, said);
        } else if (!hasMore) {
            throw new AssertionError("values.yaml says nothing of " + path);
        } else if (!said.isEmpty()) {
            groups.put(path, said);
        }
    }

    /** Null where none is. */
    Object defaultOf(String path) {
        return Arrays.stream(path.split("\\.")).reduce((Object) defaults,
                (within, name) -> ((Map<?, ?>) within).get(name), (one, other) -> other);
    }

    /** The lines of its table. */
    String table() {
        StringBuilder table = new StringBuilder("| value | default | |\n|---|---|---|\n");
        values.forEach((path, said) -> table.append("| `%s` | `%s` | %s |\n".formatted(path,
                JsonMapper.shared().writeValueAsString(defaultOf(path)), said.replace("|", "\\|"))));
        return table.toString();
    }
}
