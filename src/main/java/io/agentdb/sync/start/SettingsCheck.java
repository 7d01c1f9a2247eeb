package io.agentdb.sync.start;

import io.agentdb.sync.cli.client.NodeChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Lets no node start with a setting of its own that there is not: Spring Boot would pass over it without a word. What
 * stands in a file or is given to Java is meant for the node if it begins with {@code agentdb.}; the environment is
 * everybody's, so that a variable stops the start only if it is a slip of the pen away from one of ours. Created by
 * Spring Boot, from spring.factories.
 */
final class SettingsCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Logger log = LoggerFactory.getLogger(SettingsCheck.class);
    private static final String VARIABLE = "AGENTDB_";
    /** What Kubernetes and Docker tell a container of services, here of one called {@code agentdb-…}. */
    private static final Pattern SERVICE = Pattern.compile(
            "AGENTDB(_.+)?_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)");
    /**
     * What the guides to AgentDB name, which application.yml asks for; those of the command line, and of AgentDB's own
     * programs, as far as a group of ours is called so too.
     */
    private static final Set<String> OTHERS = Set.of("AGENTDB_QUIC_SYNC", "AGENTDB_QUIC_PORT",
            NodeChoice.URL, NodeChoice.CONTEXT, NodeChoice.TOKEN,
            NodeChoice.USER, NodeChoice.PASSWORD, "AGENTDB_MCP_ALLOW", "AGENTDB_MCP_DENY", "AGENTDB_MCP_PROFILE");

    private final KnownSettings known = KnownSettings.read();

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        List<String> flaws = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(context.getEnvironment())) {
            if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource environment) {
                Stream.of(environment.getPropertyNames()).sorted().flatMap(name -> variable(name).stream())
                        .forEach(flaws::add);
            } else if (source instanceof IterableConfigurationPropertySource listed) {
                listed.stream().flatMap(name -> property(name, source).stream()).forEach(flaws::add);
            }
        }
        if (!flaws.isEmpty()) {
            throw new UnknownSetting(flaws.stream().distinct().toList());
        }
    }

    private Optional<String> property(ConfigurationPropertyName name, ConfigurationPropertySource source) {
        if (!KnownSettings.isOurs(name + ".") || known.has(name) || known.hasWithin(name)) {
            return Optional.empty();
        }
        ConfigurationProperty property = source.getConfigurationProperty(name);
        Origin origin = property == null ? null : property.getOrigin();
        return Optional.of(name + " is no setting" + known.hint(name.toString(), "")
                + (origin == null ? "" : "\n    (" + origin + ")"));
    }

    private Optional<String> variable(String name) {
        // Kubernetes takes names with dots, which Spring Boot understands as well.
        String given = name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        if (!given.startsWith(VARIABLE) || OTHERS.contains(given) || SERVICE.matcher(given).matches()
                || known.hasVariable(given)) {
            return Optional.empty();
        }
        Optional<String> meant = known.slipOf(given);
        if (meant.isEmpty() && known.hasGroup(given)) {
            log.warn("The variable {} of the environment is no setting of this node, and changes nothing{}", name,
                    known.like(given).map(one -> "; did you mean " + one + "?").orElse(""));
        }
        return meant.map(one -> name + " is no setting; did you mean " + one + "?\n    (the environment)");
    }
}
