package io.agentdb.sync.peers;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.revision.ConflictStrategy;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Table {@code peers}: those added through the API. */
@Repository
class PeerStore {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() { };

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    PeerStore(JdbcClient jdbc, PlatformTransactionManager transactions, JsonMapper json) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
    }

    /**
     * Runs the work in one transaction, while nobody else changes a peer in this way, on whichever process of this
     * node.
     */
    <T> T alone(Supplier<T> work) {
        return transaction.execute(status -> {
            // No row's lock: two who add the same peer find none.
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended('agentdb.peers', 0))").query((row, i) -> "")
                    .single();
            return work.get();
        });
    }

    List<Peer> all() {
        return jdbc.sql("select * from peers order by name").query((row, i) -> peer(row)).list();
    }

    Optional<Peer> find(PeerName name) {
        return jdbc.sql("select * from peers where name = ?").param(name.text()).query((row, i) -> peer(row))
                .optional();
    }

    void save(Peer peer, @Nullable Map<String, Object> filters) {
        jdbc.sql("""
                insert into peers (name, address, auth_token, fingerprint, kinds, filters, conflict_strategy, dials)
                values (:name, :address, :token, :fingerprint, :kinds, :filters::jsonb, :strategy, :dials)
                on conflict (name) do update set address = excluded.address, auth_token = excluded.auth_token,
                    fingerprint = excluded.fingerprint, kinds = excluded.kinds, filters = excluded.filters,
                    conflict_strategy = excluded.conflict_strategy, dials = excluded.dials
                """).param("name", peer.name().text()).param("address", peer.address().toString())
                .param("token", peer.authToken())
                .param("fingerprint", peer.fingerprint()).param(
                "kinds", peer.kinds().stream().map(Kind::name).toArray(String[]::new))
                .param("filters", filters == null ? null : json.writeValueAsString(filters))
                .param("strategy", peer.strategy() == null ? null : peer.strategy().name())
                .param("dials", peer.dials() == null ? null : peer.dials().name()).update();
    }

    /** The peer is reached there; one that was removed meanwhile stays so. */
    void foundAt(Peer peer, HostPort place) {
        jdbc.sql("update peers set address = :place, dials = null where name = :name and auth_token = :token")
                .param("place", place.toString()).param("name", peer.name().text()).param("token", peer.authToken())
                .update();
    }

    /** The peer has answered there, to who shows that token from now on. */
    void letInBy(PeerName name, Peer now) {
        jdbc.sql("update peers set address = :place, auth_token = :token, fingerprint = :fingerprint, dials = null"
                + " where name = :name").param("place", now.address().toString()).param("token", now.authToken())
                .param("fingerprint", now.fingerprint()).param("name", name.text()).update();
    }

    /** Whoever could not reach the other of the two can. */
    void reached(PeerName name, Peer.Dials sofar) {
        jdbc.sql("update peers set dials = null where name = ? and dials = ?").params(name.text(), sofar.name())
                .update();
    }

    boolean remove(PeerName name) {
        return jdbc.sql("delete from peers where name = ?").param(name.text()).update() > 0;
    }

    private Peer peer(ResultSet row) throws SQLException {
        String filters = row.getString("filters");
        String strategy = row.getString("conflict_strategy");
        String dials = row.getString("dials");
        return new Peer(new PeerName(row.getString("name")), HostPort.parse(row.getString("address")),
                row.getString("auth_token"), row.getString("fingerprint"), kinds(row.getArray("kinds")),
                SelectionParser.parse(null, filters == null ? null : json.readValue(filters, OBJECT)),
                strategy == null ? null : ConflictStrategy.valueOf(strategy), Peer.Origin.API, null,
                dials == null ? null : Peer.Dials.valueOf(dials));
    }

    private static List<Kind> kinds(@Nullable Array names) throws SQLException {
        return names == null ? Kind.ALL
                : Arrays.stream((String[]) names.getArray()).flatMap(name -> Kind.named(name).stream()).toList();
    }
}
