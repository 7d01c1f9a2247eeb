package io.agentdb.sync.peers;

import java.net.InetAddress;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where peers are found. */
@Configuration(proxyBeanMethods = false)
class PeersConfiguration {

    @Bean
    AddressLookup addressLookup() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
