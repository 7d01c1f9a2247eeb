package io.agentdb.sync.conversation;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.ClaimDone;
import io.agentdb.sync.protocol.Message.ClaimEnd;
import io.agentdb.sync.protocol.Message.ClaimReady;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.HeldByPeer;
import io.agentdb.sync.replica.apply.Reconciled;
import io.agentdb.sync.replica.store.BatchOrigin;
import java.util.List;

/** Hears what a peer holds that may have missed deletions, and buries again what was deleted. */
public final class ClaimHandler implements RequestHandler<ClaimRequest> {

    private final HeldByPeer held;
    private final KnowledgeExchange knowledge;

    public ClaimHandler(HeldByPeer held, KnowledgeExchange knowledge) {
        this.held = held;
        this.knowledge = knowledge;
    }

    @Override
    public Class<ClaimRequest> request() {
        return ClaimRequest.class;
    }

    @Override
    public void handle(ClaimRequest request, Exchange exchange) {
        begin(request, exchange).run();
    }

    public OpenRequest begin(ClaimRequest request, Exchange exchange) {
        Session peer = exchange.session();
        PermissionCheck.some(request.kinds());
        // A claim makes tombstones, which others get.
        PermissionCheck.write(peer, request.kinds());
        knowledge.current(peer);
        BatchOrigin source = new BatchOrigin(peer.nodeId(), peer.actor());
        Reconciled[] all = {Reconciled.NOTHING};
        exchange.send(new ClaimReady(knowledge.held(request.kinds())));
        return () -> {
            Message message = exchange.receive();
            if (message instanceof Claims claims) {
                AskedKinds.hold(request.kinds(), List.of(claims.kind()), "claims");
                all[0] = all[0].and(held.reconcile(claims.kind(), claims.claims(), source));
                return true;
            }
            if (message instanceof ClaimEnd) {
                // Only now that all are heard. The peer's cursors stay where they are, so that it claims again.
                all[0].heldUp().ifPresent(writers -> {
                    throw writers;
                });
                exchange.send(new ClaimDone(all[0].buried()));
                exchange.finish();
                return false;
            }
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "expected claims or their end, got " + message.getClass().getSimpleName());
        };
    }
}
