package io.agentdb.sync;

import io.agentdb.sync.mcp.stdio.StdioBridge;
import java.io.IOException;
import java.security.Security;
import java.util.List;
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
        if (args.length > 0 && args[0].equals("mcp")) {
            System.exit(StdioBridge.run(List.of(args).subList(1, args.length)));
        }
        CommandLine.answer(args).ifPresent(answer -> {
            (answer.status() == 0 ? System.out : System.err).println(answer.text());
            System.exit(answer.status());
        });
        // Java keeps an address for 30 s, as long as a whole interval of discovery; read once, at the first lookup.
        if (Security.getProperty(DNS_CACHE_SECONDS) == null) {
            Security.setProperty(DNS_CACHE_SECONDS, "5");
        }
        SpringApplication.run(SyncNodeApplication.class, args);
    }
}
