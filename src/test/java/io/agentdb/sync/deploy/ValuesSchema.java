package io.agentdb.sync.deploy;

import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** values.schema.json, with what values.yaml says of each value, for editors to show. */
final class ValuesSchema {

    private static final int WIDTH = 120;

    private ValuesSchema() {
    }

    /** @throws AssertionError naming a value that only one of the two files has */
    static String described(String schema, ValuesFile values) {
        ObjectNode root = (ObjectNode) JsonMapper.shared().readTree(schema);
        values.values().forEach((path, said) -> describe(root, path, said));
        values.groups().forEach((path, said) -> describe(root, path, said));
        return print(root, 0) + "\n";
    }

    private static void describe(ObjectNode root, String path, String said) {
        JsonNode found = root;
        for (String name : path.split("\\.")) {
            found = found.path("properties").path(name);
        }
        if (!(found instanceof ObjectNode value)) {
            throw new AssertionError("values.schema.json has no " + path);
        }
        value.put("description", said);
    }

    /** Small things on one line. */
    private static String print(JsonNode node, int indent) {
        String line = line(node);
        boolean flat = !node.isContainer() || node.values().stream().noneMatch(JsonNode::isObject);
        if (flat && line.length() + indent < WIDTH - 30 || node.isEmpty()) {
            return line;
        }
        String margin = "\n" + " ".repeat(indent + 2);
        String end = "\n" + " ".repeat(indent);
        return node.isArray() ? node.values().stream().map(each -> print(each, indent + 2))
                .collect(Collectors.joining("," + margin, "[" + margin, end + "]"))
                : node.properties().stream().map(each -> name(each) + print(each.getValue(), indent + 2))
                        .collect(Collectors.joining("," + margin, "{" + margin, end + "}"));
    }

    private static String line(JsonNode node) {
        return node.isArray() ? node.values().stream().map(ValuesSchema::line).collect(Collectors.joining(", ", "[", "]"))
                : node.isObject() ? node.properties().stream().map(each -> name(each) + line(each.getValue()))
                        .collect(Collectors.joining(", ", "{", "}")) : node.toString();
    }

    private static String name(Map.Entry<String, JsonNode> property) {
        return JsonMapper.shared().writeValueAsString(property.getKey()) + ": ";
    }
}
