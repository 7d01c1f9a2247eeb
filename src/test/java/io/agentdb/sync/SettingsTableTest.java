package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.start.KnownSettings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table of settings in docs/configuration.md has every property that the node asks for, with its default, and no
 * other.
 */
class SettingsTableTest {

    private static final String DESCRIPTION = "META-INF/spring-configuration-metadata.json";
    /** No setting's default: what a row says of it is not compared. */
    private static final String NONE = "";
    private static final Pattern ROW = Pattern.compile("\\| (`agentdb\\.[^|]*) \\| ([^|]*)\\|.*");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(agentdb\\.[a-z.-]+):([^}]*)}");

    /** All of them, and with {@code .*} those that have entries of any name. */
    private final Set<String> names = new TreeSet<>();
    private final Map<String, String> asked = new TreeMap<>();
    private final Map<String, String> documented = new TreeMap<>();

    SettingsTableTest() throws IOException {
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (BeanDefinition found : scan.findCandidateComponents("io.agentdb.sync")) {
            Class<?> settings = ClassUtils.resolveClassName(found.getBeanClassName(), null);
            ask(settings.getAnnotation(ConfigurationProperties.class).value(), settings);
        }
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                PLACEHOLDER.matcher(Files.readString(source)).results()
                        .forEach(found -> asked.put(found.group(1), found.group(2)));
            }
        }
        asked.keySet().stream().filter(name -> !names.contains(name + ".*")).forEach(names::add);
        // The example has a page of its own, and this one is for the environment's AGENTDB_QUIC_PEERS.
        asked.keySet().removeIf(name -> name.startsWith("agentdb.example.") || name.startsWith("agentdb.quic."));
        Files.readAllLines(Path.of("docs/configuration.md")).stream().map(ROW::matcher).filter(row -> row.matches())
                .forEach(row -> document(row.group(1).replace("`", "").split(", "), row.group(2).strip().split(", ")));
    }

    @Test
    void everyProperty_hasARow() {
        assertThat(asked).hasSizeGreaterThan(60);
        assertThat(asked.keySet().stream().filter(name -> documented.keySet().stream()
                .noneMatch(row -> covers(row, name)))).isEmpty();
    }

    @Test
    void everyProperty_isKnownToTheCommandLine() {
        assertThat(KnownSettings.read().names()).as("src/main/resources/agentdb-settings.txt").containsExactlyElementsOf(names);
    }

    @Test
    void everyRow_isOfAProperty() {
        assertThat(documented.keySet().stream().filter(row -> asked.keySet().stream()
                .noneMatch(name -> covers(row, name)))).isEmpty();
    }

    @Test
    void everyDefault_isThePropertys() {
        Map<String, String> defaults = new TreeMap<>(asked);
        // What entries of a list leave out is said in words.
        defaults.entrySet().removeIf(property -> property.getValue().equals(NONE) || property.getKey().contains("[i]"));
        defaults.replaceAll((name, value) -> "`" + value + "`");
        assertThat(defaults).hasSizeGreaterThan(30);
        assertThat(documented).containsAllEntriesOf(defaults);
    }

    /** Made by the compiler, so that an IDE alone has it after a build by Maven. */
    @Test
    void everyRow_isDescribedToIdes_withTheSameDefault() throws IOException {
        Map<String, JsonNode> described = new TreeMap<>();
        for (URL part : Collections.list(getClass().getClassLoader().getResources(DESCRIPTION))) {
            try (InputStream in = part.openStream()) {
                new JsonMapper().readTree(in).path("properties")
                        .forEach(one -> described.put(one.path("name").asString(), one));
            }
        }
        asked.forEach((name, value) -> {
            JsonNode one = described.get(name.replaceAll("\\[i].*", ""));
            assertThat(one).as(name).isNotNull();
            assertThat(one.path("description").asString()).as(name).isNotBlank();
            if (!value.equals(NONE) && !name.contains("[i]")) {
                assertThat(one.path("defaultValue").asString()).as(name).isEqualTo(value);
            }
        });
    }

    private void ask(String prefix, Class<?> settings) {
        RecordComponent[] components = settings.getRecordComponents();
        Parameter[] parameters = settings.getDeclaredConstructors()[0].getParameters();
        for (int i = 0; i < components.length; i++) {
            String name = prefix + "." + DataObjectPropertyName.toDashedForm(components[i].getName());
            DefaultValue value = parameters[i].getAnnotation(DefaultValue.class);
            if (components[i].getType().isRecord()) {
                ask(name, components[i].getType());
            } else if (element(components[i].getGenericType()) instanceof Class<?> element && element.isRecord()) {
                ask(name + "[i]", element);
            } else {
                if (Map.class.isAssignableFrom(components[i].getType())) {
                    names.add(name + ".*");
                }
                asked.put(name, value == null || value.value().length == 0 ? NONE : value.value()[0]);
            }
        }
    }

    /** What a list is of; null if it is no list. */
    private static Type element(Type type) {
        return type instanceof ParameterizedType list && list.getRawType().equals(List.class)
                ? list.getActualTypeArguments()[0] : null;
    }

    /** @param names the first in full, the others from their last dot on: they have its beginning */
    private void document(String[] names, String[] defaults) {
        String beginning = names[0].substring(0, names[0].lastIndexOf('.'));
        for (int i = 0; i < names.length; i++) {
            String name = names[i].startsWith(".") ? beginning + names[i] : names[i];
            documented.put(name.replaceAll("\\.<.*>$", ""), i < defaults.length ? defaults[i] : NONE);
        }
    }

    /** A row is also of what is within its property, such as each filter of a peer. */
    private static boolean covers(String row, String name) {
        return name.equals(row) || name.startsWith(row + ".");
    }
}
