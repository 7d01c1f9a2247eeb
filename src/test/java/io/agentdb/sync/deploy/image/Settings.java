package io.agentdb.sync.deploy.image;

import io.agentdb.sync.SyncNodeApplication;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/** The settings that there are: the application's records, by binding to them, and Spring Boot's, by its metadata. */
record Settings(Map<Class<?>, String> records, Set<String> ofSpring) {

    static Settings ofApplication() {
        String root = SyncNodeApplication.class.getPackageName();
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Map<Class<?>, String> records = new HashMap<>();
        scanner.findCandidateComponents(root).forEach(found -> {
            Class<?> type = ClassUtils.resolveClassName(found.getBeanClassName(), null);
            records.put(type, AnnotatedElementUtils.getMergedAnnotation(type, ConfigurationProperties.class).prefix());
        });
        Set<String> names = new HashSet<>();
        try {
            for (URL metadata : Collections.list(
                    Settings.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream json = metadata.openStream()) {
                    JsonMapper.shared().readTree(json).get("properties").forEach(
                            property -> names.add(variable(property.get("name").stringValue())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Settings(records, names);
    }

    /** Whether an environment variable, with a value that any setting takes, is a setting. */
    boolean known(String variable) {
        return unknown(Map.of(variable, "1"), new StandardEnvironment()).isEmpty();
    }

    /**
     * The variables that no setting takes.
     *
     * @throws RuntimeException if a setting refuses a value
     */
    Set<String> unknown(Map<String, String> variables, ConfigurableEnvironment environment) {
        environment.getPropertySources().addFirst(new SystemEnvironmentPropertySource(
                "container-systemEnvironment", Map.copyOf(variables)));
        Set<String> unknown = new TreeSet<>(variables.keySet());
        unknown.removeAll(bound(environment));
        unknown.removeAll(ofSpring);
        return unknown;
    }

    /** Every setting of the application that is given there, as an environment variable is called. */
    Set<String> bound(ConfigurableEnvironment environment) {
        Set<String> bound = new HashSet<>();
        records.forEach((type, prefix) -> Binder.get(environment).bind(prefix, Bindable.of(type), new BindHandler() {
            @Override
            public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
                    Object result) {
                bound.add(variable(name.toString()));
                return result;
            }
        }));
        return bound;
    }

    static String variable(String setting) {
        return setting.replace("-", "").replaceAll("[.\\[]", "_").replace("]", "").toUpperCase(Locale.ROOT);
    }
}
