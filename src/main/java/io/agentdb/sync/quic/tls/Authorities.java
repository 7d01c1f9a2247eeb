package io.agentdb.sync.quic.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose signatures count: Java's own way of judging by them. */
public final class Authorities {

    private Authorities() {
    }

    /** @param store null for those that this Java trusts */
    public static X509ExtendedTrustManager in(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new TlsFailure("this Java has no X.509 trust manager", null);
        } catch (GeneralSecurityException e) {
            throw new TlsFailure("the trusted authorities cannot be loaded: " + e.getMessage(), e);
        }
    }
}
