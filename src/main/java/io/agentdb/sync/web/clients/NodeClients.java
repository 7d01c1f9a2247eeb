package io.agentdb.sync.web.clients;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.coordinator.ProcessLock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The clients of all processes of this node. This one's are as they are now, those of the others as they were some
 * seconds ago. Thread-safe; blocks on the database while there are others, and throws what it throws.
 */
@Component
public class NodeClients implements DisposableBean {

    /** What becomes of a connection that is to be closed. */
    public enum Closing {
        CLOSED,
        /** Another process has it, and closes it within seconds. */
        ASKED_FOR,
        UNKNOWN
    }

    private static final String REASON = "closed by the operator";
    private static final Logger log = LoggerFactory.getLogger(NodeClients.class);

    private final ConnectionRegistry connections;
    private final RateLimits limits;
    private final ProcessTable table;
    private final UUID self;
    private volatile boolean alone;
    private volatile @Nullable ProcessClients told;

    NodeClients(ConnectionRegistry connections, RateLimits limits, ProcessTable table, ProcessLock process) {
        this.connections = connections;
        this.limits = limits;
        this.table = table;
        this.self = process.id();
    }

    /** Of all processes, the oldest first. */
    public List<NodeConnection> connections() {
        List<NodeConnection> all = all(ProcessClients::connections, NodeConnection::of);
        all.sort(Comparator.comparing(NodeConnection::since));
        return all;
    }

    /** In each process, by client. */
    public List<ClientUsage> usage() {
        List<ClientUsage> all = all(ProcessClients::usage, ClientUsage::of);
        all.sort(Comparator.comparing(ClientUsage::client));
        return all;
    }

    /** Closes a connection, in whichever process it is. */
    public Closing close(String id) {
        if (connections.close(id, REASON)) {
            return Closing.CLOSED;
        }
        for (Map.Entry<UUID, ProcessClients> other : others().entrySet()) {
            if (other.getValue().connections().stream().anyMatch(one -> one.id().equals(id))) {
                table.askToClose(id, other.getKey());
                return Closing.ASKED_FOR;
            }
        }
        return Closing.UNKNOWN;
    }

    /** Tells the others, if there are any, and does what they ask for. */
    @Scheduled(initialDelayString = "0s", fixedDelayString = "3s")
    void keep() {
        try {
            ProcessTable.Asked asked = table.asked(self);
            asked.closings().forEach(id -> connections.close(id, REASON));
            alone = !asked.others();
            ProcessClients now = now().first();
            // Once in any case: the others would else not know that there is this one.
            if (told == null) {
                table.prune();
            }
            if (told == null || asked.others() && !now.equals(told)) {
                table.tell(self, now);
                told = now;
            }
        } catch (DataAccessException | TransactionException e) {
            log.debug("Other processes of this node could not be told of clients, and are later", e);
        }
    }

    @Override
    public void destroy() {
        if (told == null) {
            return;
        }
        try {
            table.forget(self);
        } catch (DataAccessException | TransactionException e) {
            log.debug("What this process has told of its clients stays, and is shown to nobody", e);
        }
    }

    private <T, R> List<R> all(Function<ProcessClients, List<T>> part, BiFunction<T, UUID, R> row) {
        List<R> all = new ArrayList<>();
        part.apply(now()).forEach(one -> all.add(row.apply(one, self)));
        others().forEach((process, clients) -> part.apply(clients).forEach(one -> all.add(row.apply(one, process))));
        return all;
    }

    private ProcessClients now() {
        return new ProcessClients(connections.views(), limits.usage());
    }

    private Map<UUID, ProcessClients> others() {
        try {
            return table.others(self);
        } catch (DataAccessException | TransactionException e) {
            if (alone) {
                // Who is connected is worth knowing while the database is away.
                return Map.of();
            }
            throw e;
        }
    }
}
