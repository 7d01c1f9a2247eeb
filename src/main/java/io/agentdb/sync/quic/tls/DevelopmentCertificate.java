package io.agentdb.sync.quic.tls;

import io.agentdb.sync.home.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A self-signed certificate, made once and kept, so that a node speaks TLS before anyone has configured it. */
public final class DevelopmentCertificate {

    /** What a certificate may have as a name of a host (RFC 5280, section 4.2.1.6): without an underscore, for one. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*(\\.[A-Za-z0-9][A-Za-z0-9-]*)*");

    private final Path certificate;
    private final Path key;

    /**
     * Made in {@code directory/tls}, unless it is there; that takes a second.
     *
     * @throws TlsFailure if the directory cannot be written, or this Java cannot make certificates
     */
    public DevelopmentCertificate(Path directory) {
        this(directory, Keytool.ofThisJava());
    }

    DevelopmentCertificate(Path directory, Keytool keytool) {
        Path tls = directory.resolve("tls");
        this.certificate = tls.resolve("development-cert.pem");
        this.key = tls.resolve("development-key.pem");
        if (Files.exists(certificate) && Files.exists(key)) {
            return;
        }
        try {
            OwnerOnly.directory(tls);
            make(keytool);
        } catch (IOException | UncheckedIOException | GeneralSecurityException e) {
            throw new TlsFailure("the development certificate cannot be made in " + tls + ": " + e.getMessage()
                    + "; make the directory writable, or set agentdb.server.tls.cert and .key", e);
        }
    }

    /** @param ca the authorities of clients; null for none */
    public PemFiles files(@Nullable Path ca) {
        return new PemFiles(certificate, key, ca);
    }

    private void make(Keytool keytool) throws IOException, GeneralSecurityException {
        KeyStore.PrivateKeyEntry made = keytool.selfSigned("CN=AgentDB sync node (development)", names(),
                certificate.resolveSibling("development-" + ProcessHandle.current().pid() + ".p12"));
        // The key first: a certificate without its key would be taken for a finished pair.
        write(key, "PRIVATE KEY", made.getPrivateKey().getEncoded());
        write(certificate, "CERTIFICATE", made.getCertificate().getEncoded());
    }

    /** Subject alternative names, as keytool writes them. */
    private static String names() {
        Set<String> hosts = new TreeSet<>(Set.of("localhost"));
        try {
            hosts.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // Then it goes without the machine's name.
        }
        return "ip:127.0.0.1,ip:::1," + hosts.stream().filter(NAME.asMatchPredicate()).map("dns:"::concat)
                .collect(Collectors.joining(","));
    }

    /** Readable by its owner alone, and whole or not there. */
    private static void write(Path file, String type, byte[] content) throws IOException {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        Path draft = OwnerOnly.file(file.resolveSibling(file.getFileName() + ".new"));
        Files.writeString(draft, "-----BEGIN " + type + "-----\n" + lines.encodeToString(content) + "\n-----END " + type
                + "-----\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
