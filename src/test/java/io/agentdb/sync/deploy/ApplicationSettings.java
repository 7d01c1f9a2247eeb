package io.agentdb.sync.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The settings that a rendered chart gives the node, bound as the node binds them.
 *
 * @param unknown what nothing asks for: neither a record of the node nor a property that Spring Boot describes
 */
record ApplicationSettings(Set<String> unknown) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)}");

    /** @throws org.springframework.boot.context.properties.bind.BindException for a value that the node would refuse */
    static ApplicationSettings of(Manifests chart) {
        MutablePropertySources sources = new MutablePropertySources();
        Map<String, Object> secrets = new HashMap<>();
        secretFiles(chart).forEach(file -> secrets.put(file, "a-secret-of-" + file));
        Map<String, Object> environment = environment(chart);
        List<PropertySource<?>> yaml = load(chart.applicationYaml());
        sources.addLast(new MapPropertySource("environment", environment));
        yaml.forEach(sources::addLast);
        sources.addLast(new MapPropertySource("secrets", secrets));

        Set<String> given = new TreeSet<>(environment.keySet());
        yaml.forEach(source -> Collections.addAll(given, ((EnumerablePropertySource<?>) source).getPropertyNames()));
        Set<String> known = bind(sources);
        known.addAll(described());
        given.removeIf(name -> known.contains(plain(name)));
        return new ApplicationSettings(given);
    }

    static List<String> secretFiles(Manifests chart) {
        return Manifests.maps(Manifests.at(chart.nodePod(), "spec.volumes")).stream()
                .filter(volume -> volume.get("name").equals("secrets"))
                .flatMap(volume -> Manifests.maps(Manifests.at(volume, "projected.sources")).stream())
                .flatMap(source -> Manifests.maps(Manifests.at(source, "secret.items")).stream())
                .map(item -> (String) item.get("path")).toList();
    }

    static Set<String> placeholders(Manifests chart) {
        Set<String> names = new TreeSet<>();
        PLACEHOLDER.matcher(chart.applicationYaml()).results().map((MatchResult found) -> found.group(1))
                .forEach(names::add);
        return names;
    }

    /**
     * As properties: the chart's own variables have no name in which a dash had to be left out, but Spring Boot's have.
     */
    private static Map<String, Object> environment(Manifests chart) {
        Map<String, Object> environment = new HashMap<>();
        Manifests.maps(Manifests.containers(chart.nodePod()).get(0).get("env")).stream()
                .filter(variable -> variable.get("name").toString().matches("(AGENTDB|SPRING|SERVER|MANAGEMENT)_.*"))
                .forEach(variable -> environment.put(variable.get("name").toString().toLowerCase(Locale.ROOT)
                        .replace('_', '.'), variable.get("value")));
        return environment;
    }

    private static List<PropertySource<?>> load(String yaml) {
        try {
            return new YamlPropertySourceLoader().load("application.yml",
                    new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> bind(MutablePropertySources sources) {
        Set<String> asked = new HashSet<>();
        BindHandler listening = new BindHandler() {
            @Override
            public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
                    Object result) {
                asked.add(plain(name.toString()));
                return result;
            }
        };
        Binder binder = new Binder(ConfigurationPropertySources.from(sources),
                new PropertySourcesPlaceholdersResolver(sources), ApplicationConversionService.getSharedInstance());
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (BeanDefinition found : scan.findCandidateComponents("io.agentdb.sync")) {
            Class<?> settings = ClassUtils.resolveClassName(found.getBeanClassName(), null);
            binder.bind(settings.getAnnotation(ConfigurationProperties.class).value(), Bindable.of(settings),
                    listening);
        }
        return asked;
    }

    /** Every property that a jar on the class path describes. */
    private static Set<String> described() {
        Set<String> names = new HashSet<>();
        try {
            for (URL url : Collections.list(ApplicationSettings.class.getClassLoader()
                    .getResources("META-INF/spring-configuration-metadata.json"))) {
                try (var in = url.openStream()) {
                    for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
                        names.add(plain(property.get("name").stringValue()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9\\[\\]]", "");
    }
}
