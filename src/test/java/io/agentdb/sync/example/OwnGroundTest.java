package io.agentdb.sync.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

class OwnGroundTest {

    private final GenericApplicationContext context = new GenericApplicationContext();

    @Test
    void configuredDatabase_isRefused() {
        context.getEnvironment().setActiveProfiles("example");
        configure("spring.datasource.url", "jdbc:postgresql://db.example/agents");
        assertThatThrownBy(() -> new OwnGround().initialize(context)).isInstanceOf(ExampleFailure.class)
                .hasMessageContaining("spring.datasource.url");
    }

    @Test
    void withoutTheProfile_nothingIsChanged() {
        configure("agentdb.node.id", "mine");
        new OwnGround().initialize(context);
        assertThat(context.getEnvironment().getProperty("agentdb.node.id")).isEqualTo("mine");
    }

    private void configure(String name, String value) {
        context.getEnvironment().getPropertySources().addFirst(
                new MapPropertySource("configured", Map.of(name, value)));
    }
}
