package io.agentdb.sync.peers;

import io.agentdb.sync.quic.client.HostPort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code agentdb.discovery}: peers by names that stand for many addresses, as a headless service's does.
 *
 * @param dns host or host:port; every address behind each of them is a peer
 * @param interval the time between lookups; Java itself keeps an answer for 5 s
 * @param authToken what to show to them; null for none
 * @param fingerprint of the one certificate that all of them have; null to verify it for the name
 */
@ConfigurationProperties("agentdb.discovery")
public record DiscoverySettings(@DefaultValue List<String> dns, @DefaultValue("30s") Duration interval,
        @Nullable String authToken, @Nullable String fingerprint) {

    public DiscoverySettings {
        if (interval.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("agentdb.discovery.interval must be at least 100ms, not " + interval);
        }
        dns = dns.stream().filter(name -> !name.isBlank()).toList();
        for (String name : dns) {
            try {
                HostPort.parse(name);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("agentdb.discovery.dns: " + e.getMessage(), e);
            }
        }
    }

    List<HostPort> names() {
        return dns.stream().map(HostPort::parse).distinct().toList();
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "discovery by " + dns + " every " + interval;
    }
}
