package io.agentdb.sync.admission;

import io.agentdb.sync.version.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
/**
 * Names the clients that show a certificate: by its subject alternative name, the first DNS name, else URI, else mail
 * address (RFC 5280, section 4.2.1.6). Immutable.
 */
public final class ClientCertificates {

    private static final List<Integer> DNS_URI_MAIL = List.of(2, 6, 1);

    private final Map<String, Permissions> known;
    private final Map<String, NodeId> nodes;

    /**
     * @param known what each may do; empty if everybody whose certificate is trusted may do everything
     * @param nodes the one node id of those that are for one
     */
    public ClientCertificates(Map<String, Permissions> known, Map<String, NodeId> nodes) {
        this.known = Map.copyOf(known);
        this.nodes = Map.copyOf(nodes);
    }

    public Verdict judge(X509Certificate certificate) {
        Optional<String> name = name(certificate);
        if (name.isEmpty()) {
            return new Verdict(
                    null, "your certificate names nobody: it needs a subject alternative name (DNS, URI or mail)");
        }
        Permissions permissions = known.isEmpty() ? Permissions.ALL : known.get(name.get());
        return permissions == null
                ? new Verdict(null, "your certificate is for '" + name.get()
                        + "', which is not among this node's agentdb.server.certificates")
                : new Verdict(new Caller(name.get(), permissions, null, List.of(name.get()), nodes.get(name.get())),
                        "");
    }

    /** Whether that name is listed. */
    public boolean knows(String name) {
        return known.containsKey(name);
    }

    /** The node that a certificate is configured for. */
    public Optional<NodeId> nodeOf(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** The certificates that are configured for a node. */
    public List<String> namesFor(NodeId node) {
        return nodes.entrySet().stream().filter(one -> one.getValue().equals(node)).map(Map.Entry::getKey).sorted()
                .toList();
    }

    private static Optional<String> name(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? Optional.empty() : DNS_URI_MAIL.stream().flatMap(type -> names.stream()
                    .filter(name -> type.equals(name.get(0))).map(name -> (String) name.get(1))).findFirst();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }
}
