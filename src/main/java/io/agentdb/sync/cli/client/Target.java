package io.agentdb.sync.cli.client;

import io.agentdb.sync.cli.client.Contexts.NamedNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which node, and what to show to it.
 *
 * @param url without a slash at its end
 * @param authorization the header's value; null if there is nothing to show
 */
public record Target(String url, @Nullable String authorization) {

    private static final String OPERATOR = "operator";

    /** A node that was given a name, with what was kept to be shown to it. */
    public static Target of(NamedNode named) {
        return new Target(url(named.url()), authorization(named));
    }

    static @Nullable String authorization(NamedNode named) {
        if (named.tokenFile() != null) {
            return bearer(Secrets.read(named.tokenFile()), named.tokenFile());
        }
        if (named.token() != null) {
            return bearer(named.token(), "the context's token");
        }
        return named.password() == null ? null
                : basic(named.user() == null ? OPERATOR : named.user(), named.password());
    }

    /** @throws CommandFailure if that is no address of a node */
    public static String url(String given) {
        try {
            URI url = URI.create(given.replaceAll("/+$", ""));
            if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                return url.toString();
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new CommandFailure(Exit.USAGE, "'" + given
                + "' is no address of a node: it looks like http://127.0.0.1:8080");
    }

    static String bearer(String token, String whence) {
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new CommandFailure(Exit.USAGE, "the token has characters that no token has, or is empty: is "
                    + whence + " what it should be?");
        }
        return "Bearer " + token;
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Target[" + url + "]";
    }
}
