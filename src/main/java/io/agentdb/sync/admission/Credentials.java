package io.agentdb.sync.admission;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens that clients may show. Several are valid at once, so that they can be exchanged one after the other, and all can be replaced
 * while the node runs. Thread-safe; nothing here blocks.
 */
public final class Credentials {

    /**
     * What came of a token that was shown.
     *
     * @param caller null if it was refused
     * @param refusal what is wrong with it, for the client; null if nothing is
     */
    public record Verdict(Caller caller, String refusal) { }

    private record Known(Secret secret, Permissions permissions, Instant expires) { }

    private static final String HOW = ": set auth-token for this peer to a token that this node accepts (its agentdb.server.auth-token or .tokens)";

    private final Clock clock;
    private volatile Map<String, Known> known = Map.of();

    public Credentials(Clock clock, Collection<Token> tokens) {
        this.clock = clock;
        replace(tokens);
    }

    /** @throws IllegalArgumentException if two have the same name, or the same secret: nobody could tell who came */
    public void replace(Collection<Token> tokens) {
        Map<String, Known> all = new LinkedHashMap<>();
        for (Token token : tokens) {
            Secret secret = Secret.configured(token.secret());
            all.forEach((name, other) -> {
                if (other.secret().equals(secret)) {
                    throw new IllegalArgumentException("tokens '" + name + "' and '" + token.name() + "' have the same secret");
                }
            });
            if (all.put(token.name(), new Known(secret, Permissions.of(token.permissions()), token.expires())) != null) {
                throw new IllegalArgumentException("there are two tokens '" + token.name() + "': give each a name of its own");
            }
        }
        known = Map.copyOf(all);
    }

    /** Whether nobody has to show anything. */
    public boolean none() {
        return known.isEmpty();
    }

    /** In the time that all of them take, whichever it is. */
    public Verdict admit(String shown) {
        if (shown == null || shown.isEmpty()) {
            return new Verdict(null, "this node wants a token" + HOW);
        }
        Secret proof = Secret.of(shown);
        Map.Entry<String, Known> match = null;
        for (Map.Entry<String, Known> one : known.entrySet()) {
            match = one.getValue().secret().equals(proof) ? one : match;
        }
        if (match == null) {
            return new Verdict(null, "the token is wrong" + HOW);
        }
        if (expired(match.getValue())) {
            return new Verdict(null, "the token '" + match.getKey() + "' has expired" + HOW);
        }
        return new Verdict(new Caller(match.getKey(), match.getValue().permissions(), proof), null);
    }

    /** Whether what a client showed earlier still holds: its token may have been taken away, exchanged or have expired since. */
    public boolean stillHolds(Caller caller) {
        if (caller.proof() == null) {
            return true;
        }
        Known now = known.get(caller.name());
        return now != null && now.secret().equals(caller.proof()) && !expired(now);
    }

    /** What a client may do by now. */
    public Permissions permissions(Caller caller) {
        return Optional.ofNullable(caller.proof() == null ? null : known.get(caller.name()))
                .map(now -> now.permissions().and(caller.permissions())).orElse(caller.permissions());
    }

    /** Whether there is a token of that name. */
    public boolean knows(String name) {
        return known.containsKey(name);
    }

    public List<String> names() {
        return known.keySet().stream().sorted().toList();
    }

    private boolean expired(Known token) {
        return token.expires() != null && !clock.instant().isBefore(token.expires());
    }
}
