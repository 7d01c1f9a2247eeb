package io.agentdb.sync.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.CoreConstants;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.logging.logback.ColorConverter;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.mock.env.MockEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a line of the log looks like, as application.yml has it. */
class LogFormatTest {

    private static final String ID = "0d1f0f6e-3c5e-4d0b-9a57-0c6f6ed6a3c1";

    private final LoggerContext logs = new LoggerContext();

    @Test
    void everyLine_beginsWithADateAndAZone() {
        assertThat(line()).matches(
                "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) INFO  +here +hello\\R");
    }

    @Test
    void lineOfARun_saysWithWhomAndInWhichRun_thatOfARequestWithWhom_andOthersHaveNoGapThere() {
        try (LogContext run = LogContext.of("beta", ID)) {
            assertThat(line()).endsWith(" [beta " + ID + "] hello" + System.lineSeparator());
        }
        try (LogContext request = LogContext.of("beta")) {
            assertThat(line()).endsWith(" [beta] hello" + System.lineSeparator());
        }
        assertThat(line()).doesNotContain("[", "]");
    }

    @Test
    void structuredLine_namesTheNode_andThePeerAndTheRun() {
        try (LogContext run = LogContext.of("beta", ID)) {
            JsonNode line = structured();
            assertThat(line.at("/service/node/name").asString()).isEqualTo("alpha");
            assertThat(line.at("/agentdb/peer").asString()).isEqualTo("beta");
            assertThat(line.at("/agentdb/run").asString()).isEqualTo(ID);
            assertThat(line.at("/message").asString()).isEqualTo("hello");
        }
        assertThat(structured().has("agentdb")).isFalse();
    }

    private String line() {
        logs.putObject(CoreConstants.PATTERN_RULE_REGISTRY, Map.of("clr", ColorConverter.class.getName()));
        PatternLayout layout = new PatternLayout();
        layout.setContext(logs);
        layout.setPattern(environment().getProperty("logging.pattern.console"));
        layout.start();
        return layout.doLayout(event()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    private JsonNode structured() {
        logs.putObject(Environment.class.getName(), environment());
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(logs);
        encoder.setFormat("ecs");
        encoder.start();
        return new JsonMapper().readTree(new String(encoder.encode(event()), StandardCharsets.UTF_8));
    }

    private LoggingEvent event() {
        LoggingEvent event = new LoggingEvent("", logs.getLogger("here"), Level.INFO, "hello", null, null);
        event.setMDCPropertyMap(MDC.getCopyOfContextMap() == null ? Map.of() : MDC.getCopyOfContextMap());
        return event;
    }

    private static MockEnvironment environment() {
        MockEnvironment environment = new MockEnvironment().withProperty("agentdb.node.id", "alpha");
        try {
            for (PropertySource<?> source : new YamlPropertySourceLoader().load("application",
                    new ClassPathResource("application.yml"))) {
                environment.getPropertySources().addLast(source);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return environment;
    }
}
