package io.agentdb.sync;

import io.agentdb.sync.cli.Commands;
import io.agentdb.sync.cli.Help;
import io.agentdb.sync.cli.McpTarget;
import io.agentdb.sync.cli.Verbs;
import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.Target;
import io.agentdb.sync.mcp.stdio.BridgedNode;
import io.agentdb.sync.mcp.stdio.StdioBridge;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** One AgentDB node: its memory in PostgreSQL, its peers over QUIC, its administration over HTTP. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class SyncNodeApplication {

    private static final String DNS_CACHE_SECONDS = "networkaddress.cache.ttl";

    public static void main(String[] args) throws IOException, InterruptedException {
        if (Verbs.answers(args)) {
            System.exit(Commands.run(args));
        }
        if (args.length > 0 && args[0].equals("mcp")) {
            System.exit(mcp(List.of(args).subList(1, args.length)));
        }
        String[] settings = settings(args);
        // Java keeps an address for 30 s, as long as a whole interval of discovery; read once, at the first lookup.
        if (Security.getProperty(DNS_CACHE_SECONDS) == null) {
            Security.setProperty(DNS_CACHE_SECONDS, "5");
        }
        SpringApplication.run(SyncNodeApplication.class, settings);
    }

    /** @return what the process ends with */
    private static int mcp(List<String> arguments) throws IOException, InterruptedException {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.println(Help.mcp());
            return Exit.DONE.status();
        }
        try {
            McpTarget target = McpTarget.read(arguments, System.getenv(), Path.of(System.getProperty("user.home")));
            StdioBridge.run(() -> bridged(target));
            return Exit.DONE.status();
        } catch (CommandFailure e) {
            System.err.println(e.getMessage() + "\n\n" + Help.mcp());
            return e.exit().status();
        }
    }

    private static BridgedNode bridged(McpTarget target) throws BridgedNode.NoUse {
        try {
            Target now = target.now();
            return new BridgedNode(URI.create(now.url().replaceFirst("/mcp$", "") + "/mcp"),
                    Optional.ofNullable(now.authorization()));
        } catch (CommandFailure e) {
            throw new BridgedNode.NoUse(String.valueOf(e.getMessage()));
        }
    }

    private static String[] settings(String[] args) {
        String why;
        try {
            String[] settings = Verbs.settings(args);
            Optional<String> refused = CommandLine.refused(settings);
            if (refused.isEmpty()) {
                return settings;
            }
            why = refused.get();
        } catch (CommandFailure e) {
            why = e.getMessage();
        }
        System.err.println(why);
        System.exit(Exit.USAGE.status());
        return args;
    }
}
