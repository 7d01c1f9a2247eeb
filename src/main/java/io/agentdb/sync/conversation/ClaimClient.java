package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.ClaimDone;
import io.agentdb.sync.protocol.Message.ClaimEnd;
import io.agentdb.sync.protocol.Message.ClaimReady;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.knowledge.Knowledge;
import java.util.List;
import java.util.Map;

/**
 * Tells a peer what we hold of what it knows, because we stand below a tombstone that it has dropped: what it does not
 * have any more was deleted, and its feed will tell us so again.
 */
public final class ClaimClient {

    private final ChangeFeed feed;

    public ClaimClient(ChangeFeed feed) {
        this.feed = feed;
    }

    /** @return how many of our records the peer says are deleted */
    public int run(Exchange exchange, List<Kind> kinds) {
        exchange.send(new ClaimRequest(kinds));
        Map<Kind, Knowledge> known = exchange.receive(ClaimReady.class).known();
        long fence = feed.fence();
        kinds.forEach(kind -> send(exchange, kind, fence, known.getOrDefault(kind, Knowledge.NONE)));
        exchange.send(new ClaimEnd());
        exchange.finish();
        return exchange.receive(ClaimDone.class).deleted();
    }

    void send(Exchange exchange, Kind kind, long fence, Knowledge known) {
        Reader peer = new Reader(null, known);
        List<Claim> claims = feed.known(kind, null, fence, peer, Limits.CLAIMS);
        while (!claims.isEmpty()) {
            exchange.send(new Claims(kind, claims));
            claims = feed.known(kind, claims.get(claims.size() - 1).id(), fence, peer, Limits.CLAIMS);
        }
    }
}
