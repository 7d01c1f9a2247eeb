package io.agentdb.sync.quic.tls;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;

/**
 * Where one side of TLS takes its certificates from: a bundle of Spring's ({@code spring.ssl.bundle}), or files in PEM,
 * of which it makes one, named as the setting, so that health and metrics know both alike. Thread-safe.
 */
public final class TlsSource {

    private record Verified(SslBundle bundle, TlsMaterial material) { }

    private final String what;
    private final BundlePlace place;
    private volatile @Nullable Verified last;

    private TlsSource(String what, BundlePlace place) {
        this.what = what;
        this.place = place;
    }

    /** @param setting that names the bundle */
    public static TlsSource ofBundle(String setting, String name, SslBundles bundles) {
        return new TlsSource(setting + ": the SSL bundle '" + name + "'", new NamedBundle(setting, name, bundles));
    }

    /**
     * @param setting what {@code .cert}, {@code .key} and {@code .ca} are appended to
     * @param files asked for each time that they are read
     */
    public static TlsSource ofFiles(String setting, Supplier<PemFiles> files, SslBundleRegistry registry) {
        return new TlsSource(setting, new Shorthand(setting, files, registry));
    }

    /**
     * What there is now; the same object as long as nothing has changed.
     *
     * @throws TlsFailure naming what cannot be used
     */
    public synchronized TlsMaterial read() {
        Verified before = last;
        SslBundle now = place.look();
        if (before != null && before.bundle() == now) {
            return before.material();
        }
        TlsMaterial material = TlsMaterial.of(now, what);
        place.take(now);
        last = new Verified(now, material);
        return material;
    }

    /**
     * What there is now, or, where that cannot be used, what was there before: files are exchanged one after the other.
     *
     * @throws TlsFailure if there was nothing good yet
     */
    public TlsMaterial latest() {
        try {
            return read();
        } catch (TlsFailure e) {
            Verified before = last;
            if (before == null) {
                throw e;
            }
            return before.material();
        }
    }

    /**
     * What there is now, of which a certificate has to be shown.
     *
     * @throws TlsFailure as {@link #read}, and if there is none to show
     */
    public TlsMaterial shown() {
        TlsMaterial material = read();
        if (!material.shows()) {
            throw new TlsFailure(what + " has no certificate with its key", null);
        }
        return material;
    }

    /** When what was last read expires; empty before, and if it shows no certificate. */
    public Optional<Instant> expires() {
        Verified read = last;
        return read == null ? Optional.empty() : read.material().expires();
    }

    /** Has that called, by another thread, once a bundle was exchanged. Files are not watched: read now and then. */
    public void whenUpdated(Runnable then) {
        place.whenUpdated(then);
    }

    /** Looks for what there is now. Used by one thread at a time. */
    private interface BundlePlace {

        /** The same object as long as nothing has changed. */
        SslBundle look();

        /** What it has found is good. */
        void take(SslBundle bundle);

        void whenUpdated(Runnable then);
    }

    private record NamedBundle(String setting, String name, SslBundles bundles) implements BundlePlace {

        @Override
        public SslBundle look() {
            try {
                return bundles.getBundle(name);
            } catch (NoSuchSslBundleException e) {
                throw new TlsFailure(setting + ": there is no SSL bundle '" + name + "' among "
                        + bundles.getBundleNames() + ": describe it by spring.ssl.bundle.pem." + name
                        + " or spring.ssl.bundle.jks." + name, e);
            }
        }

        @Override
        public void take(SslBundle bundle) {
            // It is known already.
        }

        @Override
        public void whenUpdated(Runnable then) {
            // First, since that says what is wrong with a name that is none.
            look();
            bundles.addBundleUpdateHandler(name, updated -> then.run());
        }
    }

    private static final class Shorthand implements BundlePlace {

        private final String setting;
        private final Supplier<PemFiles> files;
        private final SslBundleRegistry registry;
        private PemFiles.@Nullable Contents seen;
        private PemFiles.@Nullable Contents good;
        private @Nullable SslBundle bundle;

        Shorthand(String setting, Supplier<PemFiles> files, SslBundleRegistry registry) {
            this.setting = setting;
            this.files = files;
            this.registry = registry;
        }

        @Override
        public SslBundle look() {
            PemFiles now = files.get();
            PemFiles.Contents contents = now.contents(setting);
            seen = contents;
            // One that is not good is looked at again: its key may have come by now.
            return bundle != null && contents.equals(good) ? bundle : now.bundle(contents, setting);
        }

        @Override
        public void take(SslBundle found) {
            if (bundle != null) {
                registry.updateBundle(setting, found);
            } else {
                register(found);
            }
            good = seen;
            bundle = found;
        }

        private void register(SslBundle found) {
            try {
                registry.registerBundle(setting, found);
            } catch (IllegalStateException | IllegalArgumentException e) {
                throw new TlsFailure("'" + setting + "' is what this node calls an SSL bundle of its own:"
                        + " give yours another name", e);
            }
        }

        @Override
        public void whenUpdated(Runnable then) {
            // Nobody tells.
        }
    }
}
