package io.agentdb.sync.quic.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** What one side of TLS shows and trusts, as it was when it was read. Immutable. */
public final class TlsMaterial {

    private static final char[] NO_PASSWORD = {};

    private final X509Certificate[] chain;
    private final @Nullable PrivateKey key;
    private final @Nullable KeyStore trusted;
    private final List<Certificate> all;

    private TlsMaterial(X509Certificate[] chain, @Nullable PrivateKey key, @Nullable KeyStore trusted)
            throws KeyStoreException {
        this.chain = chain;
        this.key = key;
        this.trusted = trusted;
        this.all = new ArrayList<>(List.of(chain));
        if (trusted != null) {
            for (String alias : Collections.list(trusted.aliases()).stream().sorted().toList()) {
                all.add(trusted.getCertificate(alias));
            }
        }
    }

    /**
     * @param what names the bundle in failures
     * @throws TlsFailure saying what cannot be used
     */
    static TlsMaterial of(SslBundle bundle, String what) {
        try {
            KeyStore keys = bundle.getStores().getKeyStore();
            KeyStore trusted = bundle.getStores().getTrustStore();
            if (trusted != null && trusted.size() == 0) {
                throw new TlsFailure(what + " has a trust store without a certificate, which would trust nobody", null);
            }
            String alias = keys == null ? null : alias(keys, bundle.getKey().getAlias(), what);
            if (keys == null || alias == null) {
                return new TlsMaterial(new X509Certificate[0], null, trusted);
            }
            X509Certificate[] chain = Arrays.stream(keys.getCertificateChain(alias)).map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            PrivateKey key = (PrivateKey) keys.getKey(alias, password(bundle));
            if (!belong(chain[0].getPublicKey(), key)) {
                // Otherwise every handshake fails, and says nothing about the reason.
                throw new TlsFailure(what + ": the key is not the key of the certificate of "
                        + chain[0].getSubjectX500Principal(), null);
            }
            return new TlsMaterial(chain, key, trusted);
        } catch (GeneralSecurityException | IllegalStateException | IllegalArgumentException e) {
            throw new TlsFailure(what + " cannot be used: " + reason(e), e);
        }
    }

    /** The outer ones name the file, the inner ones what is wrong with it. */
    private static String reason(Throwable failure) {
        StringBuilder words = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String more = String.valueOf(cause.getMessage());
            if (words.indexOf(more) < 0) {
                words.append(words.isEmpty() ? "" : ": ").append(more);
            }
        }
        return words.toString();
    }

    private static @Nullable String alias(KeyStore keys, @Nullable String wanted, String what)
            throws KeyStoreException {
        List<String> found = new ArrayList<>();
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                found.add(alias);
            }
        }
        if (wanted != null) {
            if (!keys.isKeyEntry(wanted)) {
                throw new TlsFailure(what + " has no key '" + wanted + "', as its key.alias says, but " + found, null);
            }
            return wanted;
        }
        if (found.size() > 1) {
            // Java would take any of them, and after a restart another one.
            throw new TlsFailure(what + " has several keys, " + found + ": say with its key.alias which one", null);
        }
        return found.isEmpty() ? null : found.get(0);
    }

    private static char @Nullable [] password(SslBundle bundle) {
        String own = bundle.getKey().getPassword();
        String password = own != null ? own : bundle.getStores().getKeyStorePassword();
        return password == null ? null : password.toCharArray();
    }

    private static boolean belong(PublicKey open, PrivateKey secret) throws GeneralSecurityException {
        String algorithm = switch (secret.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> secret.getAlgorithm();
        };
        if (!open.getAlgorithm().equals(secret.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(algorithm);
        byte[] probe = {1, 2, 3};
        signature.initSign(secret);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(probe);
        return signature.verify(signed);
    }

    /** Its own certificate, then those that vouch for it; empty if it shows none. */
    public X509Certificate[] chain() {
        return chain.clone();
    }

    /** Whether there is a certificate to show. */
    public boolean shows() {
        return key != null;
    }

    /** Whose signatures count; null for those that this Java trusts. */
    public @Nullable KeyStore trusted() {
        return trusted;
    }

    /** Whether other certificates are shown, or trusted, than by that one. */
    public boolean differs(TlsMaterial other) {
        return !all.equals(other.all);
    }

    /** When the first certificate of the chain expires; empty if it shows none. */
    public Optional<Instant> expires() {
        return Arrays.stream(chain).map(one -> one.getNotAfter().toInstant()).min(Instant::compareTo);
    }

    /**
     * What a TLS context takes the key from.
     *
     * @throws IllegalStateException if it {@link #shows} none
     */
    public KeyManagerFactory keys() {
        if (key == null) {
            throw new IllegalStateException("there is no certificate to show");
        }
        try {
            // The one store that neither takes a tenth of a second nor holds what was not chosen.
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("own", key, NO_PASSWORD, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFailure("the key of a certificate cannot be used: " + e.getMessage(), e);
        }
    }
}
