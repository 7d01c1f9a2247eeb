package io.agentdb.sync.ui.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The settings in force, to be seen and not to be changed. What is secret is said to be set, and no more. */
@Controller
class SettingsPages {

    /**
     * One setting.
     *
     * @param value null where it has its default
     * @param from where it was set
     */
    public record InForce(String name, @Nullable String value, @Nullable String from) { }

    private static final String SECRET = ".*(password|token|secret|key|credential|auth).*";

    private final Environment environment;

    SettingsPages(Environment environment) {
        this.environment = environment;
    }

    @GetMapping("/ui/settings")
    String page(Model model) {
        model.addAllAttributes(Map.of("active", "settings", "settings", all()));
        return "ui/settings";
    }

    /** Those that were set, and of the others the names. */
    private List<InForce> all() {
        Map<String, InForce> all = new TreeMap<>();
        for (String name : known()) {
            if (!name.contains("[i]") && !name.contains("*") && !name.contains("<")) {
                all.put(name, inForce(name));
            }
        }
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names) {
                names.stream().map(ConfigurationPropertyName::toString).filter(name -> name.startsWith("agentdb."))
                        .forEach(name -> all.computeIfAbsent(name, this::inForce));
            }
        }
        return new ArrayList<>(all.values());
    }

    private InForce inForce(String name) {
        ConfigurationPropertyName asked = ConfigurationPropertyName.adapt(name, '.');
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            var found = source.getConfigurationProperty(asked);
            if (found != null) {
                String value = String.valueOf(environment.getProperty(name, String.valueOf(found.getValue())));
                return new InForce(name, name.matches(SECRET) ? value.isBlank() ? "not set" : "set" : value,
                        found.getOrigin() == null ? "set at the start" : found.getOrigin().toString());
            }
        }
        return new InForce(name, null, null);
    }

    private static List<String> known() {
        try {
            return new ClassPathResource("agentdb-settings.txt").getContentAsString(StandardCharsets.UTF_8).lines()
                    .map(String::strip).filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
