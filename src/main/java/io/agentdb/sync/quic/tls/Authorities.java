package io.agentdb.sync.quic.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose signatures count: Java's own way of judging by them. */
public final class Authorities {

    private Authorities() {
    }

    /**
     * @param file PEM; null for those that this Java trusts
     * @param setting that names the file
     * @throws TlsFailure naming the file that cannot be used
     */
    public static X509ExtendedTrustManager in(@Nullable Path file, String setting) {
        try {
            KeyStore store = null;
            if (file != null) {
                store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                X509Certificate[] certificates = Pem.certificates(file, setting);
                for (int i = 0; i < certificates.length; i++) {
                    store.setCertificateEntry("ca" + i, certificates[i]);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
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
}
