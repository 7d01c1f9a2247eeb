package io.agentdb.sync;

import java.security.Security;
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

    public static void main(String[] args) {
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
