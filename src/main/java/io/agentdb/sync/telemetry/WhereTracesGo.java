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
    private static final List<String> TRACES = List.of("org.springframework.boot.micrometer.tracing.",
            "org.springframework.boot.opentelemetry.");
    /** Would keep a thread as well, and there is nobody who gives it anything. */
    private static final String LOGS = "org.springframework.boot.opentelemetry.autoconfigure.logging.";

    private boolean wanted;

    @Override
    public void setEnvironment(Environment environment) {
        wanted = StringUtils.hasText(environment.getProperty(ENDPOINT));
    }

    @Override
    public boolean[] match(@Nullable String[] configurations, AutoConfigurationMetadata metadata) {
        boolean[] kept = new boolean[configurations.length];
        for (int i = 0; i < kept.length; i++) {
            String name = configurations[i];
            kept[i] = name == null
                    || !name.startsWith(LOGS) && (wanted || TRACES.stream().noneMatch(name::startsWith));
        }
        return kept;
    }
}
