package io.agentdb.sync.quic.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.server.limits}.
 *
 * @param maxStreamsPerConnection requests that one connection may have open
 * @param maxHandshakesPerMinute per address, or network of IPv6; beyond that nothing is answered
 */
@Validated
@ConfigurationProperties("agentdb.server.limits")
public record LimitSettings(
        @DefaultValue("100") @Min(2) @Max(10_000) int maxStreamsPerConnection,
        @DefaultValue("600") @Min(1) long maxHandshakesPerMinute) { }
