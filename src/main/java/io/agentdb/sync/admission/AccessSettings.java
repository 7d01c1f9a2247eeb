package io.agentdb.sync.admission;

import io.agentdb.sync.version.NodeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.server}: who may connect.
 *
 * @param tokens all of them are valid at once
 * @param tokensFile a YAML file with more {@code tokens}, which is read again when it changes
 * @param certificates with a {@code ca}: the names that may connect; none for everybody whom it vouches for
 * @param open insists on letting everybody in
 */
@Validated
@ConfigurationProperties("agentdb.server")
public record AccessSettings(
        @DefaultValue List<Token> tokens, @Nullable Path tokensFile, @DefaultValue List<Certificate> certificates,
        @DefaultValue("false") boolean open) {

    /**
     * What the bearer of a certificate may do.
     *
     * @param name the certificate's subject alternative name
     * @param permissions see {@link Permissions#of}
     * @param node the one node id that its bearer may say, and nobody else; null for none in particular
     */
    public record Certificate(String name, @Nullable Map<String, String> permissions, @Nullable String node) {
        public Certificate {
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException(
                        "agentdb.server.certificates: each needs the name that the certificate is for");
            }
            Permissions.of(permissions);
            Token.requireNode("agentdb.server.certificates, '" + name + "'", node);
        }
    }

    /** The node ids of certificates that are for one, by the certificate's name. */
    public Map<String, NodeId> nodes() {
        Map<String, NodeId> nodes = new HashMap<>();
        for (Certificate certificate : certificates) {
            if (certificate.node() != null) {
                nodes.put(certificate.name(), new NodeId(certificate.node()));
            }
        }
        return nodes;
    }

    public Map<String, Permissions> permissions() {
        Map<String, Permissions> permissions = new HashMap<>();
        certificates.forEach(certificate -> {
            if (permissions.put(certificate.name(), Permissions.of(certificate.permissions())) != null) {
                throw new IllegalArgumentException("agentdb.server.certificates names '" + certificate.name()
                        + "' twice");
            }
        });
        return permissions;
    }
}
