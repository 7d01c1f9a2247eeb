package io.agentdb.sync.example;

import io.agentdb.sync.SyncNodeApplication;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The second whole node in this process. It ends with the first. */
@Component
@Profile(OwnGround.PROFILE)
class RemoteNode implements DisposableBean {

    private static final String BINARIES = "agentdb.embedded.binaries-dir";

    private final ExampleSettings settings;
    private final Environment environment;
    /** Null until it has started. */
    private volatile @Nullable ConfigurableApplicationContext context;

    RemoteNode(ExampleSettings settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** @throws ExampleFailure if it does not start; why has been logged then */
    ExampleNode start() {
        String[] arguments = properties().entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue())
                .toArray(String[]::new);
        try {
            // A hook of its own would close it in no order with the first node, which would then report a lost peer.
            ConfigurableApplicationContext started = new SpringApplicationBuilder(SyncNodeApplication.class)
                    .registerShutdownHook(false)
                    .run(arguments);
            context = started;
            return new ExampleNode(OwnGround.REMOTE, started);
        } catch (RuntimeException e) {
            throw new ExampleFailure("The remote node did not start, as said above. Its ports are set by"
                    + " agentdb.example.remote-http-port and agentdb.example.remote-quic-port.", e);
        }
    }

    /** As arguments, which outrank the environment: it speaks of the first node. */
    private Map<String, Object> properties() {
        // Logging belongs to the process: without the levels the second node would set them back.
        Map<String, Object> all = new HashMap<>();
        Binder.get(environment).bind("logging.level", Bindable.mapOf(String.class, String.class)).ifBound(
                levels -> levels.forEach((logger, level) -> all.put("logging.level." + logger, level)));
        if (environment.containsProperty(BINARIES)) {
            all.put(BINARIES, environment.getProperty(BINARIES));
        }
        all.putAll(settings.remote());
        all.putAll(OwnGround.settings(OwnGround.REMOTE));
        all.put("server.port", settings.remoteHttpPort());
        all.put("agentdb.server.port", settings.remoteQuicPort());
        // With the example's profile it would start a third node, and that one a fourth.
        all.put("spring.profiles.active", "");
        all.put("spring.profiles.include", "");
        return all;
    }

    @Override
    public void destroy() {
        if (context != null) {
            context.close();
        }
    }
}
