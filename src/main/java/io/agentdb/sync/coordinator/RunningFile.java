package io.agentdb.sync.coordinator;

import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.OwnerOnly;
import io.agentdb.sync.node.LocalNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code running.json} in the node's directory, while it runs: by it the command line finds a node that it was told
 * nothing of. Who is killed leaves it behind, so it names the process.
 */
@Component
class RunningFile implements DisposableBean {

    private static final String NAME = "running.json";
    private static final Logger log = LoggerFactory.getLogger(RunningFile.class);

    private final NodeHome home;
    private final LocalNode self;
    private final ProcessLock process;
    private final ServerProperties settings;
    private final JsonMapper json;
    private volatile int port;
    private volatile @Nullable Path written;

    RunningFile(NodeHome home, LocalNode self, ProcessLock process, ServerProperties settings, JsonMapper json) {
        this.home = home;
        this.self = self;
        this.process = process;
        this.settings = settings;
        this.json = json;
    }

    @EventListener
    void listening(WebServerInitializedEvent event) {
        // The management's server has a name.
        if (event.getApplicationContext().getServerNamespace() == null) {
            port = event.getWebServer().getPort();
        }
    }

    /** A node without it works as well, so that nothing here keeps one from starting. */
    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        if (port == 0) {
            return;
        }
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("url", url());
        content.put("pid", ProcessHandle.current().pid());
        content.put("node", self.nodeId().name());
        content.put("process", process.id());
        try {
            Path file = home.directory().resolve(NAME);
            // Whole or not there: somebody may be reading it.
            Path draft = OwnerOnly.file(file.resolveSibling(NAME + ".new"));
            Files.writeString(draft, json.writeValueAsString(content) + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            written = file;
        } catch (IOException | UncheckedIOException e) {
            log.info("The command line will not find this node by itself, since {} cannot be written ({}): give it"
                    + " --url {}", NAME, e.getMessage(), url());
        }
    }

    private String url() {
        InetAddress address = settings.getAddress();
        String host = address == null || address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        String path = settings.getServlet().getContextPath();
        return (Ssl.isEnabled(settings.getSsl()) ? "https" : "http") + "://"
                + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + (path == null ? "" : path);
    }

    /** Another process of this node may have written its own meanwhile. */
    @Override
    public void destroy() {
        Path file = written;
        try {
            if (file != null && Files.readString(file).contains(process.id().toString())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.debug("{} cannot be removed", file, e);
        }
    }
}
