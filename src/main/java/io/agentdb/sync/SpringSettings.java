package io.agentdb.sync;

import io.agentdb.sync.memory.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The settings of Spring Boot and of the libraries that the node uses, as they describe themselves. Others may be read
 * by a configuration of somebody's own, so only what is nearly one of these counts as an error. Stateless.
 */
final class SpringSettings {

    private static final String DESCRIPTION = "META-INF/spring-configuration-metadata.json";
    /** Letters. With more, names of somebody's own would be taken for ours. */
    private static final int SLIP = 2;

    private SpringSettings() {
    }

    /** What to say of a name that is none of these and was most likely meant to be one. */
    static Optional<String> misspelt(String name) {
        Set<String> known = known();
        String given = simplified(name);
        if (known.stream().map(SpringSettings::simplified)
                .anyMatch(one -> given.equals(one) || given.startsWith(one + ".")
                || given.startsWith(one + "["))) {
            return Optional.empty();
        }
        return Nearest.to(name, known).filter(one -> Nearest.distance(given, simplified(one)) <= SLIP)
                .map(one -> "'--" + name + "' is no setting; did you mean '--" + one + "'?");
    }

    private static Set<String> known() {
        JsonMapper mapper = new JsonMapper();
        Set<String> names = new HashSet<>();
        try {
            for (URL description : Collections.list(SpringSettings.class.getClassLoader().getResources(DESCRIPTION))) {
                try (InputStream in = description.openStream()) {
                    for (JsonNode property : mapper.readTree(in).path("properties")) {
                        names.add(property.path("name").asString());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    /** Spring takes {@code maxThreads} and {@code max_threads} for {@code max-threads}. */
    private static String simplified(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
