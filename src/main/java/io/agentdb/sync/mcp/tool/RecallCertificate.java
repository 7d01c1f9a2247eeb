package io.agentdb.sync.mcp.tool;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What was told for a query. Whoever has it can ask {@code memory_get} whether each record is still in that version,
 * and anybody can compute the digest again; it is no signature.
 *
 * @param digest SHA-256 in hexadecimal of the query and of {@link Source#toString} of each, on a line each, in UTF-8
 */
record RecallCertificate(String query, Instant at, List<Source> sources, String digest) {

    /** @param version that was told */
    record Source(String kind, UUID id, String version) {
        @Override
        public String toString() {
            return kind + "/" + id + "@" + version;
        }
    }

    static RecallCertificate of(String query, Instant at, List<Source> sources) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(query.getBytes(StandardCharsets.UTF_8));
            sources.forEach(source -> sha.update(("\n" + source).getBytes(StandardCharsets.UTF_8)));
            return new RecallCertificate(query, at, sources, HexFormat.of().formatHex(sha.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    String id() {
        return digest.substring(0, 16);
    }

    Map<String, Object> fields() {
        return Map.of("id", id(), "at", at.toString(), "digest", "sha256:" + digest, "records",
                sources.stream().map(Source::toString).toList());
    }
}
