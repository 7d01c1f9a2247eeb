package io.agentdb.sync.quic;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Who may vouch for peers: the authorities of a PEM file, or those that Java trusts. */
final class Authorities {

    private Authorities() {
    }

    /** @param file null for Java's own @throws TlsFailure naming the file and the setting */
    static X509ExtendedTrustManager load(Path file) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(file == null ? null : store(file));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new TlsFailure("this Java has no X.509 trust manager", null);
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFailure("the trusted authorities cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        X509Certificate[] certificates = Pem.certificates(file, "agentdb.client.tls.ca");
        for (int i = 0; i < certificates.length; i++) {
            store.setCertificateEntry("ca" + i, certificates[i]);
        }
        return store;
    }
}
