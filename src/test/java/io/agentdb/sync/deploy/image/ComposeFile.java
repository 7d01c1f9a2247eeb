package io.agentdb.sync.deploy.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The project's compose file. */
record ComposeFile(Map<String, Service> services, Collection<String> volumes) {

    record Service(Map<String, Object> settings) {

        Object get(String name) {
            return settings.get(name);
        }

        List<String> list(String name) {
            return settings.get(name) instanceof List<?> values ? values.stream().map(String::valueOf).toList()
                    : List.of();
        }

        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            if (settings.get("environment") instanceof Map<?, ?> given) {
                given.forEach((name, value) -> environment.put(String.valueOf(name), String.valueOf(value)));
            }
            return environment;
        }

        Map<?, ?> dependencies() {
            return settings.get("depends_on") instanceof Map<?, ?> dependencies ? dependencies : Map.of();
        }
    }

    @SuppressWarnings("unchecked")
    static ComposeFile read() {
        try {
            Map<String, Map<String, Object>> file = new Yaml().load(Files.readString(Path.of("docker-compose.yml")));
            Map<String, Service> services = new HashMap<>();
            file.get("services").forEach((name, service) ->
                    services.put(name, new Service((Map<String, Object>) service)));
            return new ComposeFile(services, file.get("volumes").keySet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Service> nodes() {
        return List.of(services.get("alpha"), services.get("beta"));
    }
}
