package io.agentdb.sync.admission;

import io.agentdb.sync.version.NodeId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that clients may show. Several are valid at once, so that they can be exchanged one after the other, and
 * all can be replaced while the node runs. Thread-safe; nothing here blocks.
 */
public final class Credentials {

    /** @param pending whether its node has not taken it yet, and may come with what it had before */
    private record Known(String name, Secret secret, Permissions permissions, @Nullable Instant expires,
            @Nullable NodeId node, boolean pending) { }

    private static final String HOW =
            ": set auth-token for this peer to a token that the node accepts which refuses this one (its"
            + " agentdb.server.auth-token or .tokens; where it has neither, the text of the file server-token in that"
            + " node's own directory, which is ~/.agentdb-sync/<its id> there unless its log says otherwise)";

    private final Clock clock;
    private volatile List<Known> known = List.of();
    private volatile List<Known> granted = List.of();

    public Credentials(Clock clock, Collection<Token> tokens) {
        this.clock = clock;
        replace(tokens);
    }

    /**
     * @throws IllegalArgumentException if two have the same secret, or one name is for two nodes: nobody could tell who
     *     came
     */
    public void replace(Collection<Token> tokens) {
        List<Known> all = new ArrayList<>();
        for (Token token : tokens) {
            Secret secret = Secret.configured(token.secret());
            for (Known other : all) {
                if (other.secret().equals(secret)) {
                    throw new IllegalArgumentException("tokens '" + other.name() + "' and '" + token.name()
                            + "' have the same secret");
                }
                if (other.name().equals(token.name()) && !Objects.equals(other.node(), token.nodeId())) {
                    throw new IllegalArgumentException("there are two tokens '" + token.name()
                            + "' with different .node: give both the same, or each a name of its own");
                }
            }
            all.add(new Known(token.name(), secret, Permissions.of(token.permissions()), token.expires(),
                    token.nodeId(), false));
        }
        known = List.copyOf(all);
    }

    /** Has those tokens accepted too that invitations have led to, and none that was and is not among them. */
    void grant(Collection<GrantedTokens.Granted> tokens) {
        granted = tokens.stream().map(token -> new Known(token.name(), token.secret(), Permissions.ALL,
                token.pendingUntil(), token.node(), token.pendingUntil() != null)).toList();
    }

    /** Whether an invitation has led to that token. */
    public boolean isGranted(String shown) {
        Secret proof = Secret.of(shown);
        return granted.stream().filter(one -> one.secret().equals(proof)).count() > 0;
    }

    /** Whether nobody has to show anything. */
    public boolean none() {
        return known.isEmpty();
    }

    /** Takes the same time whichever token matches. */
    public Verdict admit(@Nullable String shown) {
        if (shown == null || shown.isEmpty()) {
            return new Verdict(null, "this node wants a token" + HOW);
        }
        Secret proof = Secret.of(shown);
        Known match = null;
        for (Known one : all()) {
            match = one.secret().equals(proof) ? one : match;
        }
        if (match == null) {
            return new Verdict(null, "the token is wrong" + HOW);
        }
        if (expired(match)) {
            return new Verdict(null, "the token '" + match.name() + "' has expired" + HOW);
        }
        return new Verdict(new Caller(match.name(), match.permissions(), proof, List.of(match.name()), match.node()),
                "");
    }

    /**
     * Whether what a client showed earlier still holds: its token may have been taken away, exchanged or have expired
     * since, or let it do less.
     */
    public boolean stillHolds(Caller caller) {
        return caller.proof() == null || shown(caller).filter(now -> !expired(now)).isPresent()
                && permissions(caller).equals(caller.permissions());
    }

    /** What a client may do by now. */
    public Permissions permissions(Caller caller) {
        return shown(caller).map(now -> now.permissions().and(caller.permissions())).orElse(caller.permissions());
    }

    /** Whether there is a token of that name. */
    public boolean knows(String name) {
        return all().stream().anyMatch(one -> one.name().equals(name));
    }

    public List<String> names() {
        return all().stream().map(Known::name).distinct().sorted().toList();
    }

    /** The node that a token is configured for. */
    public Optional<NodeId> nodeOf(String name) {
        return all().stream().filter(one -> one.name().equals(name) && one.node() != null).map(Known::node).findFirst();
    }

    /** The tokens that a node has to come with. */
    public List<String> namesFor(NodeId node) {
        return all().stream().filter(one -> node.equals(one.node()) && !one.pending()).map(Known::name).distinct()
                .toList();
    }

    private Optional<Known> shown(Caller caller) {
        return all().stream().filter(one -> one.name().equals(caller.name())
                && Objects.equals(one.secret(), caller.proof())).findFirst();
    }

    private List<Known> all() {
        List<Known> given = granted;
        return given.isEmpty() ? known : Stream.concat(known.stream(), given.stream()).toList();
    }

    private boolean expired(Known token) {
        return token.expires() != null && !clock.instant().isBefore(token.expires());
    }
}
