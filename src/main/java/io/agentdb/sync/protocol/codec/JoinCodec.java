package io.agentdb.sync.protocol.codec;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Join;
import io.agentdb.sync.protocol.wire.Joined;

/** What is said instead of hello and welcome by who has an invitation. */
final class JoinCodec {

    private JoinCodec() {
    }

    /** @return false if the message is none of these */
    static boolean encode(Message message, Frame.Builder frame) {
        if (message instanceof Message.Join join) {
            frame.getJoinBuilder().setProtocolVersion(join.version()).setSecret(join.secret())
                    .setNodeId(join.nodeId().name()).setClockMicros(Wire.micros(join.clock())).setToken(join.token())
                    .setFingerprint(join.fingerprint()).addAllAddresses(join.addresses())
                    .setSoftware(join.software());
        } else if (message instanceof Message.Joined joined) {
            frame.getJoinedBuilder().setNodeId(joined.nodeId().name()).setName(joined.name()).setToken(joined.token())
                    .setClockMicros(Wire.micros(joined.clock())).setReached(joined.reached());
        } else if (message instanceof Message.NotJoined refusal) {
            frame.getNotJoinedBuilder().setReason(refusal.reason()).setMessage(refusal.message())
                    .setClockMicros(Wire.micros(refusal.clock()));
        } else {
            return false;
        }
        return true;
    }

    static Message decode(Frame frame) {
        return switch (frame.getBodyCase()) {
            case JOIN -> join(frame.getJoin());
            case JOINED -> joined(frame.getJoined());
            default -> new Message.NotJoined(Wire.said(frame.getNotJoined().getReason()),
                    Wire.said(frame.getNotJoined().getMessage()),
                    Wire.instant(frame.getNotJoined().getClockMicros(), "not_joined.clock_micros"));
        };
    }

    /** @throws ProtocolException UNSUPPORTED_VERSION before anything else is looked at, as of a hello */
    private static Message.Join join(Join join) {
        if (join.getProtocolVersion() != Limits.VERSION) {
            throw new ProtocolException(ErrorCode.UNSUPPORTED_VERSION, "this node speaks protocol version "
                    + Limits.VERSION + ", not " + Integer.toUnsignedString(join.getProtocolVersion())
                    + ": run compatible releases on both sides");
        }
        return new Message.Join(join.getProtocolVersion(), Wire.text(join.getSecret(), "join.secret"),
                Wire.node(join.getNodeId(), "join.node_id"), Wire.instant(join.getClockMicros(), "join.clock_micros"),
                Wire.text(join.getToken(), "join.token"), Wire.text(join.getFingerprint(), "join.fingerprint"),
                Wire.texts(join.getAddressesList(), "join.addresses"), Wire.said(join.getSoftware()));
    }

    private static Message.Joined joined(Joined joined) {
        return new Message.Joined(Wire.node(joined.getNodeId(), "joined.node_id"), Wire.said(joined.getName()),
                Wire.text(joined.getToken(), "joined.token"),
                Wire.instant(joined.getClockMicros(), "joined.clock_micros"), joined.getReached());
    }
}
