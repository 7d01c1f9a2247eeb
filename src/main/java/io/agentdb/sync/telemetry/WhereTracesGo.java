package io.agentdb.sync.telemetry;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Leaves out of a node all that makes and exports traces, unless an endpoint is set for them: it would else make spans
 * for nobody, and keep a thread that exports none.
 */
final class WhereTracesGo implements AutoConfigurationImportFilter, EnvironmentAware {

    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final List<String> ENDPOINTS = List.of(ENDPOINT, "management.opentelemetry.otlp.endpoint");
    private static final List<String> ROOMS = List.of("org.springframework.boot.micrometer.tracing.",
            "org.springframework.boot.opentelemetry.");

    private boolean wanted;

    @Override
    public void setEnvironment(Environment environment) {
        wanted = ENDPOINTS.stream().map(environment::getProperty).anyMatch(StringUtils::hasText);
    }

    @Override
    public boolean[] match(@Nullable String[] configurations, AutoConfigurationMetadata metadata) {
        boolean[] kept = new boolean[configurations.length];
        for (int i = 0; i < kept.length; i++) {
            String name = configurations[i];
            kept[i] = wanted || name == null || ROOMS.stream().noneMatch(name::startsWith);
        }
        return kept;
    }
}
