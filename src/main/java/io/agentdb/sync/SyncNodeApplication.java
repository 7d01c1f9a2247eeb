package io.agentdb.sync;

import io.agentdb.sync.cli.Commands;
import io.agentdb.sync.cli.Verbs;
import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.mcp.stdio.StdioBridge;
import java.io.IOException;
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
            System.exit(StdioBridge.run(List.of(args).subList(1, args.length)));
        }
        String[] settings = settings(args);
        // Java keeps an address for 30 s, as long as a whole interval of discovery; read once, at the first lookup.
        if (Security.getProperty(DNS_CACHE_SECONDS) == null) {
            Security.setProperty(DNS_CACHE_SECONDS, "5");
        }
        SpringApplication.run(SyncNodeApplication.class, settings);
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
