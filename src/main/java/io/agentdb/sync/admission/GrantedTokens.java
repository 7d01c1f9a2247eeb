package io.agentdb.sync.admission;

import io.agentdb.sync.home.KeptSecret;
import io.agentdb.sync.version.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/**
 * Table {@code peer_tokens}, and the memory of it that hellos are judged by: what peers show here that have come by an
 * invitation, each token for one node alone. Thread-safe; blocks on the database.
 */
@Repository
public class GrantedTokens {

    /**
     * One of them, as it is kept.
     *
     * @param name what its client goes by: no token that is configured can have such a name
     * @param pendingUntil when it ends, since its node has not answered; null if it has
     */
    record Granted(String name, Secret secret, NodeId node, @Nullable Instant pendingUntil) { }

    /** A token whose node has not answered. */
    private record Pending(String token, Instant until) { }

    /** By this, a hello's token is known for one that another process may have given out. */
    private static final String MARK = "peer.";
    private static final String CLIENT = "invited:";
    private static final Pattern FORM = Pattern.compile("peer\\.[A-Za-z0-9_-]{32}");
    private static final int BYTES = 24;
    private static final Logger log = LoggerFactory.getLogger(GrantedTokens.class);

    private final JdbcClient jdbc;
    private final Credentials credentials;
    private final ConnectionRegistry connections;

    public GrantedTokens(JdbcClient jdbc, Credentials credentials, ConnectionRegistry connections) {
        this.jdbc = jdbc;
        this.credentials = credentials;
        this.connections = connections;
    }

    /** Whether a client's name says that it came by an invitation. */
    public static boolean isInvited(String client) {
        return client.startsWith(CLIENT);
    }

    /** What the clients of such a token go by in limits, lists and logs. */
    public static String client(String peer) {
        return CLIENT + peer;
    }

    /** Whether a text has the form of such a token. */
    public static boolean hasForm(String shown) {
        return FORM.matcher(shown).matches();
    }

    /**
     * Makes a token for a node, the same in each of its tries: of two at once, neither takes the other one's away.
     * Known to this process once {@link #refresh} ran.
     *
     * @param theirs the token that the node has made for this one: nobody else knows it
     * @param secret the invitation's
     */
    public String give(NodeId node, String peer, String theirs, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(theirs.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] made = mac.doFinal((node + " " + secret).getBytes(StandardCharsets.UTF_8));
            String token = MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(made, BYTES));
            put(node, peer, token, null);
            return token;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /**
     * Makes a token for a node that has not answered yet, or says again the one that was made for a try before: by it,
     * the other node knows the second try for one of the same node. It is accepted once {@link #refresh} ran.
     *
     * @param until when it is accepted no longer, unless the node answers: who keeps silent may work by it all the same
     */
    public String prepare(NodeId node, String peer, Instant until) {
        Optional<Pending> before = jdbc.sql("select pending, pending_until from peer_tokens where node_id = ?"
                + " and pending_until > now()").param(node.name()).query((row, i) -> new Pending(row.getString(1),
                row.getTimestamp(2).toInstant())).optional();
        String token = before.map(Pending::token).orElseGet(() -> MARK + KeptSecret.random());
        // Another invitation of the node may last longer.
        Instant last = before.map(Pending::until).filter(until::isBefore).orElse(until);
        put(node, peer, token, new Pending(token, last));
        return token;
    }

    /**
     * The node has answered: of its token, the hash is enough from now on. Another try may have taken it back
     * meanwhile: it is accepted once {@link #refresh} ran.
     */
    public void settle(NodeId node, String peer, String token) {
        put(node, peer, token, null);
    }

    /**
     * Takes a token back whose node has not answered as it should.
     *
     * @return whether there was one
     */
    public boolean drop(NodeId node) {
        return ended(jdbc.sql("delete from peer_tokens where node_id = ? and pending is not null returning peer")
                .param(node.name()).query(String.class).list(), "the invitation came to nothing");
    }

    /** Whether this process accepts it. Does not block. */
    public boolean accepts(String token) {
        return credentials.isGranted(token);
    }

    /** Takes a peer's token away, if it came by an invitation, and closes its connections to this process. */
    public void revoke(String peer) {
        ended(jdbc.sql("delete from peer_tokens where peer = ? returning peer").param(peer).query(String.class).list(),
                "this peer was removed here");
    }

    /** Which peer that node is by an invitation; empty if it is none. */
    public Optional<String> peerOf(NodeId node) {
        return jdbc.sql("select peer from peer_tokens where node_id = ? and pending is null").param(node.name())
                .query(String.class).optional();
    }

    /** What this and other processes of this node have given and taken. */
    public synchronized void refresh() {
        credentials.grant(jdbc.sql("select peer, secret, node_id, pending_until from peer_tokens where pending is null"
                + " or pending_until > now() order by node_id")
                .query((row, i) -> {
                    Timestamp until = row.getTimestamp(4);
                    return new Granted(client(row.getString(1)), Secret.hashed(row.getBytes(2)),
                            new NodeId(row.getString(3)), until == null ? null : until.toInstant());
                }).list());
    }

    /** Without the database what is known holds on. */
    @Scheduled(initialDelayString = "0s", fixedDelayString = "10s")
    void refreshNowAndThen() {
        try {
            refresh();
            // Asked first: a database that is read-only for a while takes no delete.
            if (jdbc.sql("select exists (select from peer_tokens where pending_until < now())").query(Boolean.class)
                    .single()) {
                ended(jdbc.sql("delete from peer_tokens where pending_until < now() returning peer")
                        .query(String.class).list(), "the invitation has expired");
            }
        } catch (DataAccessException e) {
            log.warn("Which tokens invitations have led to could not be read: {}",
                    e.getMostSpecificCause().getMessage());
        }
    }

    private boolean ended(List<String> peers, String why) {
        if (!peers.isEmpty()) {
            refresh();
            peers.forEach(peer -> connections.closeOf(client(peer), why));
        }
        return !peers.isEmpty();
    }

    private void put(NodeId node, String peer, String token, @Nullable Pending pending) {
        jdbc.sql("""
                insert into peer_tokens (node_id, peer, secret, pending, pending_until)
                values (:node, :peer, :secret, :pending, :until)
                on conflict (node_id) do update set peer = excluded.peer, secret = excluded.secret,
                    pending = excluded.pending, pending_until = excluded.pending_until, made_at = now()
                """).param("node", node.name()).param("peer", peer).param("secret", Secret.of(token).hash())
                .param("pending", pending == null ? null : pending.token())
                .param("until", pending == null ? null : Timestamp.from(pending.until())).update();
    }
}
