package io.agentdb.sync.example;

import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.postgres.embedded.FreshDirectory;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;
import org.springframework.util.StringUtils;

/**
 * Gives the example directories and databases of its own, emptied, before the node's first bean is made. It writes
 * thousands of made-up records and deletes others: it must never get at a database, a directory or a peer that someone
 * has configured.
 */
final class OwnGround implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    static final String PROFILE = "example";
    static final String LOCAL = "local";
    static final String REMOTE = "remote";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (!environment.acceptsProfiles(Profiles.of(PROFILE))) {
            return;
        }
        if (StringUtils.hasText(environment.getProperty("spring.datasource.url"))) {
            throw new ExampleFailure(
                    "The example uses databases of its own, and would fill the one of spring.datasource.url with"
                            + " made-up records: unset it.");
        }
        Screen screen = Screen.standard();
        screen.gap();
        screen.heading("AgentDB Sync Node: two nodes in one process");
        screen.line("Two PostgreSQL databases are made in " + root() + ": a few seconds, the first time some more.");
        screen.gap();
        EmbeddedSettings embedded = Binder.get(environment).bindOrCreate("agentdb.embedded", EmbeddedSettings.class);
        try {
            FreshDirectory.empty(directory(LOCAL), embedded);
            FreshDirectory.empty(directory(REMOTE), embedded);
        } catch (DirectoryInUse running) {
            throw new ExampleFailure("The example is running already, on the databases in " + root()
                    + ": end it first.", running);
        }
        // In front of everything, the environment included.
        environment.getPropertySources().addFirst(new MapPropertySource("the example's own ground", settings(LOCAL)));
    }

    static Map<String, Object> settings(String node) {
        return Map.of("agentdb.node.id", node, "agentdb.embedded.data-dir", directory(node).toString(),
                "agentdb.embedded.port", "0", "agentdb.sync.auto", "false", "agentdb.peers", "", "agentdb.quic.peers",
                        "");
    }

    private static Path directory(String node) {
        return root().resolve(node);
    }

    private static Path root() {
        return Path.of(System.getProperty("user.home"), ".agentdb-sync", "example");
    }
}
