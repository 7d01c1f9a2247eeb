package io.agentdb.sync.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the chart makes of its values: documents, to be asked by paths such as {@code spec.template}. */
record Manifests(List<Map<String, Object>> all) {

    static Manifests parse(String yaml) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        Iterable<Object> documents = new Yaml(new SafeConstructor(strict)).loadAll(yaml);
        return new Manifests(StreamSupport.stream(documents.spliterator(), false).filter(Objects::nonNull)
                .map(Manifests::map).toList());
    }

    List<Map<String, Object>> ofKind(String kind) {
        return all.stream().filter(manifest -> kind.equals(manifest.get("kind"))).toList();
    }

    Map<String, Object> one(String kind) {
        return only(ofKind(kind), kind);
    }

    Map<String, Object> named(String kind, String name) {
        return only(ofKind(kind).stream().filter(manifest -> name(manifest).equals(name)).toList(), kind + " " + name);
    }

    /** The StatefulSet's pods, and the pod of {@code helm test} if there is one: metadata and spec. */
    List<Map<String, Object>> pods() {
        return Stream.concat(Stream.of(nodePod()), ofKind("Pod").stream()).toList();
    }

    Map<String, Object> nodePod() {
        return map(at(one("StatefulSet"), "spec.template"));
    }

    /** The pod's own first. */
    static List<Map<String, Object>> containers(Map<String, Object> pod) {
        List<Map<String, Object>> containers = new ArrayList<>();
        Stream.of("containers", "initContainers", "ephemeralContainers")
                .forEach(field -> containers.addAll(maps(at(pod, "spec." + field))));
        return containers;
    }

    /** The application's settings. */
    String applicationYaml() {
        return (String) map(at(named("ConfigMap", name(one("StatefulSet"))), "data")).get("application.yml");
    }

    static String name(Map<String, Object> manifest) {
        return (String) at(manifest, "metadata.name");
    }

    /** Null where nothing is. */
    static Object at(Object from, String path) {
        Object found = from;
        for (String key : path.split("\\.")) {
            found = found instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Object value) {
        return value == null ? List.of() : (List<Map<String, Object>>) value;
    }

    private static Map<String, Object> only(List<Map<String, Object>> found, String what) {
        if (found.size() != 1) {
            throw new AssertionError("there is not one " + what + " but " + found.size());
        }
        return found.get(0);
    }
}
