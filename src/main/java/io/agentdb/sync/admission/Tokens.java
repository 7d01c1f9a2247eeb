package io.agentdb.sync.admission;

import io.agentdb.sync.home.KeptSecret;
import io.agentdb.sync.home.NodeHome;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every token that this node accepts, from wherever it is configured; and one of its own where nobody has configured
 * anything.
 */
public final class Tokens {

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);

    private final AccessSettings access;
    private final @Nullable String authToken;
    private final boolean certificates;
    private final String host;
    private final NodeHome home;

    /**
     * @param authToken one that is valid beside those of the settings; null for none
     * @param certificates whether clients have to show a certificate
     * @param host where the node listens
     */
    public Tokens(AccessSettings access, @Nullable String authToken, boolean certificates, String host, NodeHome home) {
        this.access = access;
        this.authToken = authToken;
        this.certificates = certificates;
        this.host = host;
        this.home = home;
    }

    /** @throws AccessFailure if a file cannot be used, or if everybody could come in and nobody has insisted on that */
    public List<Token> read() {
        List<Token> tokens = new ArrayList<>(access.tokens());
        if (authToken != null && !authToken.isBlank()) {
            tokens.add(new Token("auth-token", authToken, null, null, null));
        }
        if (access.tokensFile() != null) {
            tokens.addAll(TokenFile.read(access.tokensFile()));
        } else if (tokens.isEmpty() && !certificates && !access.open()) {
            own().ifPresent(tokens::add);
        }
        return tokens;
    }

    private Optional<Token> own() {
        Optional<Path> place = home.kept();
        if (place.isPresent()) {
            KeptSecret own = kept(place.get());
            log.info("Peers have to show this node's own token, which only its owner can read in {}", own.file());
            return Optional.of(new Token("own", own.secret(), null, null, null));
        }
        if (loopback()) {
            log.warn("Nothing says who may connect, so everybody on this machine may: set agentdb.server.tokens"
                    + " before listening elsewhere");
            return Optional.empty();
        }
        throw new AccessFailure(
                "nothing says who may connect, and there is no place to keep a token of this node's own. Set"
                + " agentdb.server.tokens or agentdb.server.auth-token, or agentdb.server.tls.ca for client"
                + " certificates; or give it a place"
                + " with agentdb.embedded.data-dir; or listen on 127.0.0.1 only (agentdb.server.host); or insist on"
                + " letting everybody in" + " with agentdb.server.open=true", null);
    }

    public static KeptSecret kept(Path directory) {
        try {
            return KeptSecret.in(directory.resolve("server-token"));
        } catch (UncheckedIOException e) {
            throw new AccessFailure(e.getMessage() + ": make it readable and writable, or set agentdb.server.tokens",
                    e);
        }
    }

    private boolean loopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
