package io.agentdb.sync.web.openapi;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A description of an API, and whether an answer is as it says. */
final class DescribedApi {

    private final JsonNode api;

    DescribedApi(String json) {
        this.api = new JsonMapper().readTree(json);
    }

    JsonNode whole() {
        return api;
    }

    /** By method and path. */
    Map<String, JsonNode> operations() {
        Map<String, JsonNode> all = new TreeMap<>();
        api.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation ->
                all.put(operation.getKey() + " " + path.getKey(), operation.getValue())));
        return all;
    }

    /** What is described as an array. */
    List<JsonNode> lists() {
        List<JsonNode> found = new ArrayList<>();
        lists(api, found);
        return found;
    }

    private static void lists(JsonNode node, List<JsonNode> found) {
        if (node instanceof ObjectNode && node.path("type").isString()
                && node.path("type").stringValue().equals("array")) {
            found.add(node);
        }
        node.forEach(one -> lists(one, found));
    }

    JsonNode operation(String method, String path) {
        String asked = path.replaceAll("\\?.*", "");
        String template = api.path("paths").propertyNames().stream()
                .filter(one -> asked.matches(one.replaceAll("\\{\\w+}", "[^/]+")))
                // What is named goes before what may be anything.
                .min((a, b) -> Long.compare(variables(a), variables(b)))
                .orElseThrow(() -> new AssertionError("nothing is said of " + asked));
        return api.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
    }

    private static long variables(String template) {
        return template.chars().filter(c -> c == '{').count();
    }

    /** What is otherwise than described. */
    List<String> flaws(String method, String path, int status, String type, String body) {
        JsonNode answer = resolved(operation(method, path).path("responses").path(String.valueOf(status)));
        if (answer.isMissingNode()) {
            return List.of(method + " " + path + ": nothing is said of " + status);
        }
        if (!answer.has("content")) {
            return body.isEmpty() ? List.of() : List.of(method + " " + path + ": nothing is said of a body");
        }
        JsonNode content = answer.path("content").path(type.replaceAll(";.*", ""));
        List<String> flaws = new ArrayList<>();
        if (content.isMissingNode()) {
            flaws.add(method + " " + path + ": nothing is said of " + type);
        } else if (type.contains("json") && !type.contains("ndjson")) {
            check(content.path("schema"), new JsonMapper().readTree(body), method + " " + path, flaws);
        }
        return flaws;
    }

    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(node.path("$ref").stringValue().substring(1)) : node;
    }

    private void check(JsonNode given, JsonNode value, String place, List<String> flaws) {
        JsonNode schema = resolved(given);
        if (schema.has("type") && types(schema).stream().noneMatch(type -> isOf(type, value))) {
            flaws.add(place + " is no " + schema.path("type") + ": " + value);
            return;
        }
        if (schema.has("enum") && StreamSupport.stream(schema.path("enum").spliterator(), false)
                .noneMatch(value::equals)) {
            flaws.add(place + " is none of " + schema.path("enum") + ": " + value);
        }
        if (schema.has("format") && value.isString()) {
            format(schema.path("format").stringValue(), value.stringValue(), place, flaws);
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.stringValue())) {
                flaws.add(place + " has no " + name.stringValue());
            }
        });
        if (value.isArray()) {
            value.forEach(item -> check(schema.path("items"), item, place + "[]", flaws));
        }
        value.properties().forEach(member -> {
            JsonNode described = schema.path("properties").path(member.getKey());
            JsonNode others = schema.path("additionalProperties");
            if (!described.isMissingNode()) {
                check(described, member.getValue(), place + "." + member.getKey(), flaws);
            } else if (others.isObject()) {
                check(others, member.getValue(), place + "." + member.getKey(), flaws);
            } else if (schema.has("properties")) {
                flaws.add(place + "." + member.getKey() + " is not described");
            }
        });
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? StreamSupport.stream(type.spliterator(), false).map(JsonNode::stringValue).toList()
                : List.of(type.stringValue());
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "null" -> value.isNull();
            default -> throw new AssertionError("a schema has the type " + type);
        };
    }

    private static void format(String format, String value, String place, List<String> flaws) {
        try {
            if (format.equals("uuid")) {
                UUID.fromString(value);
            } else if (format.equals("date-time")) {
                Instant.parse(value);
            }
        } catch (RuntimeException e) {
            flaws.add(place + " is no " + format + ": " + value);
        }
    }
}
