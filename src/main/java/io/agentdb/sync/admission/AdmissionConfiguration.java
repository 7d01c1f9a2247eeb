package io.agentdb.sync.admission;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who is known, sent away, counted and noted. */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean
    ConnectionRegistry connectionRegistry() {
        return new ConnectionRegistry();
    }

    @Bean
    MemoryBudget memoryBudget() {
        return MemoryBudget.ofThisProcess();
    }

    @Bean
    Blocklist blocklist() {
        return new Blocklist();
    }

    @Bean
    Audit audit() {
        return new Audit();
    }
}
