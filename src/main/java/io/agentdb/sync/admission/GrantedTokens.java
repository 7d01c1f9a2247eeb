package io.agentdb.sync.admission;

import io.agentdb.sync.home.KeptSecret;
import io.agentdb.sync.version.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
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
     */
    record Granted(String name, Secret secret, NodeId node) { }

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
     */
    public String prepare(NodeId node, String peer) {
        // What has become of tries that nobody repeated, nobody knows.
        jdbc.sql("delete from peer_tokens where pending is not null and made_at < now() - interval '2 days'").update();
        String token = jdbc.sql("select pending from peer_tokens where node_id = ? and pending is not null")
                .param(node.name()).query(String.class).optional().orElseGet(() -> MARK + KeptSecret.random());
        put(node, peer, token, token);
        return token;
    }

    /** The node has answered: of its token, the hash is enough from now on. */
    public void settle(NodeId node) {
        jdbc.sql("update peer_tokens set pending = null where node_id = ?").param(node.name()).update();
    }

    /** The node has refused, and never got to use its token. */
    public void drop(NodeId node) {
        jdbc.sql("delete from peer_tokens where node_id = ? and pending is not null").param(node.name()).update();
        refresh();
    }

    /** Whether this process accepts it. Does not block. */
    public boolean accepts(String token) {
        return credentials.isGranted(token);
    }

    /** Takes a peer's token away, if it came by an invitation, and closes its connections to this process. */
    public void revoke(String peer) {
        if (jdbc.sql("delete from peer_tokens where peer = ?").param(peer).update() > 0) {
            refresh();
            connections.closeOf(client(peer), "this peer was removed here");
        }
    }

    /** Which peer that node is by an invitation; empty if it is none. */
    public Optional<String> peerOf(NodeId node) {
        return jdbc.sql("select peer from peer_tokens where node_id = ? and pending is null").param(node.name())
                .query(String.class).optional();
    }

    /** What this and other processes of this node have given and taken. */
    public synchronized void refresh() {
        credentials.grant(jdbc.sql("select peer, secret, node_id from peer_tokens where pending is null"
                + " or made_at > now() - interval '2 days' order by node_id")
                .query((row, i) -> new Granted(client(row.getString(1)), Secret.hashed(row.getBytes(2)),
                        new NodeId(row.getString(3)))).list());
    }

    /** Without the database what is known holds on. */
    @Scheduled(initialDelayString = "0s", fixedDelayString = "10s")
    void refreshNowAndThen() {
        try {
            refresh();
        } catch (DataAccessException e) {
            log.warn("Which tokens invitations have led to could not be read: {}",
                    e.getMostSpecificCause().getMessage());
        }
    }

    private void put(NodeId node, String peer, String token, @Nullable String pending) {
        jdbc.sql("""
                insert into peer_tokens (node_id, peer, secret, pending) values (:node, :peer, :secret, :pending)
                on conflict (node_id) do update set peer = excluded.peer, secret = excluded.secret,
                    pending = excluded.pending, made_at = now()
                """).param("node", node.name()).param("peer", peer).param("secret", Secret.of(token).hash())
                .param("pending", pending).update();
    }
}
