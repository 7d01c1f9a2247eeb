package io.agentdb.sync;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** One AgentDB node: its memory in PostgreSQL, its peers over QUIC, its administration over HTTP. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class SyncNodeApplication {

    public static void main(String[] args) {
        SpringApplication.run(SyncNodeApplication.class, args);
    }
}
