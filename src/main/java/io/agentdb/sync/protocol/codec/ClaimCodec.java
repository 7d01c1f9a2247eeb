package io.agentdb.sync.protocol.codec;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.version.Dot;
import java.util.List;

/** The messages by which a node that may have missed deletions tells what it holds. */
final class ClaimCodec {

    private ClaimCodec() {
    }

    /** @return false if the message is none of these */
    static boolean encode(Message message, Frame.Builder frame) {
        if (message instanceof Message.ClaimRequest request) {
            frame.getClaimRequestBuilder().addAllKinds(Wire.names(request.kinds()));
        } else if (message instanceof Message.ClaimReady ready) {
            frame.getClaimReadyBuilder().addAllKnown(Wire.knowledge(ready.known()));
        } else if (message instanceof Message.Claims claims) {
            frame.getClaimsBuilder().setKind(claims.kind().name())
                    .addAllClaims(claims.claims().stream().map(ClaimCodec::claim).toList());
        } else if (message instanceof Message.ClaimEnd) {
            frame.getClaimEndBuilder();
        } else if (message instanceof Message.ClaimDone done) {
            frame.getClaimDoneBuilder().setDeleted(done.deleted());
        } else {
            return false;
        }
        return true;
    }

    static Message decode(Frame frame) {
        return switch (frame.getBodyCase()) {
            case CLAIM_REQUEST -> new Message.ClaimRequest(
                    Wire.kinds(frame.getClaimRequest().getKindsList(), "claim_request.kinds"));
            case CLAIM_READY -> new Message.ClaimReady(Wire.knowledge(
                    frame.getClaimReady().getKnownList(), "claim_ready.known"));
            case CLAIMS -> new Message.Claims(Wire.kind(frame.getClaims().getKind()),
                    claims(frame.getClaims().getClaimsList()));
            case CLAIM_END -> new Message.ClaimEnd();
            default -> new Message.ClaimDone((int) Wire.count(frame.getClaimDone().getDeleted(), "claim_done.deleted"));
        };
    }

    private static io.agentdb.sync.protocol.wire.Claim claim(Claim claim) {
        return io.agentdb.sync.protocol.wire.Claim.newBuilder().setId(Wire.bytes(claim.id()))
                .setActor(claim.dot().actor().name())
                .setCounter(claim.dot().counter()).setXid(claim.dot().xid()).build();
    }

    private static List<Claim> claims(List<io.agentdb.sync.protocol.wire.Claim> claims) {
        if (claims.size() > Limits.CLAIMS) {
            throw Wire.broken("claims names more than " + Limits.CLAIMS + " records");
        }
        try {
            return claims.stream().map(claim -> new Claim(Wire.uuid(claim.getId(), "claim.id"),
                    new Dot(Wire.actor(claim.getActor(), "claim.actor"), claim.getCounter(), claim.getXid()))).toList();
        } catch (IllegalArgumentException e) {
            throw Wire.broken("claims: " + e.getMessage());
        }
    }
}
