package io.agentdb.sync.quic.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;

/**
 * The shorthand for a bundle: files in PEM. A failure names the setting and the file.
 *
 * @param cert the certificate, then those that vouch for it; null for none
 * @param key of that certificate, without a password; null if there is none
 * @param ca the authorities; null for none
 */
public record PemFiles(@Nullable Path cert, @Nullable Path key, @Nullable Path ca) {

    /**
     * That of the others is made so that guessing its password is slow, of which there is none here, and takes a tenth
     * of a second to write and read.
     */
    private static final String STORE = "JKS";
    private static final String NO_PASSWORD = "";
    private static final Pattern BLANKS = Pattern.compile("(?m)^[ \\t]+|[ \\t]+$");
    private static final Pattern BEGIN = Pattern.compile("(?m)^-+BEGIN [A-Z0-9 ]*CERTIFICATE-+");

    /** What the files hold that is no secret: a key alone cannot change. */
    record Contents(List<X509Certificate> chain, List<X509Certificate> authorities) { }

    /** @param setting what {@code .cert}, {@code .key} and {@code .ca} are appended to */
    Contents contents(String setting) {
        return new Contents(certificates(cert, setting + ".cert"), certificates(ca, setting + ".ca"));
    }

    SslBundle bundle(Contents contents, String setting) {
        PemSslStore own = key == null ? null
                : PemSslStore.of(STORE, "own", NO_PASSWORD, contents.chain(), privateKey(key, setting + ".key"));
        PemSslStore trusted = ca == null ? null : PemSslStore.of(STORE, contents.authorities(), null);
        return SslBundle.of(new PemSslStoreBundle(own, trusted), SslBundleKey.of(NO_PASSWORD));
    }

    private static List<X509Certificate> certificates(@Nullable Path file, String setting) {
        if (file == null) {
            return List.of();
        }
        try {
            // Spring passes over a block with blanks around its lines, and its authority would be missed in silence.
            String text = BLANKS.matcher(Files.readString(file)).replaceAll("");
            List<X509Certificate> found = PemContent.of(text).getCertificates();
            if (BEGIN.matcher(text).results().count() != found.size()) {
                throw new TlsFailure(setting + ": " + file + " has a certificate that cannot be read: of "
                        + BEGIN.matcher(text).results().count() + " only " + found.size() + " can", null);
            }
            return found;
        } catch (IOException e) {
            throw new TlsFailure(setting + ": " + file + " cannot be read: " + e, e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new TlsFailure(setting + ": " + file + " holds no certificate in PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(Path file, String setting) {
        try {
            PrivateKey key = PemContent.load(file).getPrivateKey();
            if (key != null) {
                return key;
            }
            throw new TlsFailure(setting + ": " + file + " holds no private key in PEM", null);
        } catch (IOException e) {
            throw new TlsFailure(setting + ": " + file + " cannot be read: " + e, e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new TlsFailure(setting + ": " + file + " holds no private key in PEM without a password: "
                    + e.getMessage() + ". One with a password can be read from an SSL bundle: set " + setting
                            .replaceFirst("key$", "bundle") + " instead", e);
        }
    }
}
