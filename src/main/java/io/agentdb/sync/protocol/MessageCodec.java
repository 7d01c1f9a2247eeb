package io.agentdb.sync.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.agentdb.sync.protocol.wire.BatchAck;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.GoAway;
import io.agentdb.sync.protocol.wire.Ping;
import io.agentdb.sync.protocol.wire.Pong;
import io.agentdb.sync.protocol.wire.PullEnd;
import io.agentdb.sync.protocol.wire.PushDone;
import io.agentdb.sync.protocol.wire.PushEnd;
import io.agentdb.sync.protocol.wire.PushReady;
import java.io.IOException;
import java.util.List;

/**
 * Messages as the bodies of frames: what stands on a stream after the varint length, which the transport writes and reads.
 *
 * <p>Thread-safe and pure, but not for an event loop: a batch takes milliseconds to decode, and a hostile one up to about
 * 200 MiB of heap. Every failure is a {@link ProtocolException} that names the field.
 */
public final class MessageCodec {

    private MessageCodec() {
    }

    /**
     * @return at most {@link Limits#FRAME_BYTES} bytes
     * @throws ProtocolException FRAME_TOO_LARGE if a batch does not fit into a frame: send its halves, unless it is one record;
     *     PROTOCOL_VIOLATION if a value is one that every peer would refuse
     */
    public static byte[] encode(Message message) {
        Frame frame = frame(message);
        if (frame.getSerializedSize() > Limits.FRAME_BYTES) {
            throw tooLarge(message, frame.getSerializedSize() + " bytes do not fit into a frame of " + Limits.FRAME_BYTES);
        }
        return frame.toByteArray();
    }

    /**
     * @param body a frame without its length
     * @throws ProtocolException FRAME_TOO_LARGE beyond {@link Limits}, BAD_REQUEST if a request asks for what this version has
     *     not, PROTOCOL_VIOLATION in all other cases
     */
    public static Message decode(byte[] body) {
        if (body.length > Limits.FRAME_BYTES) {
            throw new ProtocolException(ErrorCode.FRAME_TOO_LARGE,
                    "a frame has " + body.length + " bytes, more than " + Limits.FRAME_BYTES);
        }
        try {
            FieldCount.check("a frame", body, Frame.getDescriptor(), Limits.FRAME_FIELDS);
            return message(Frame.parseFrom(body));
        } catch (InvalidProtocolBufferException e) {
            throw Wire.violation("a frame cannot be parsed: " + e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading from an array", e);
        }
    }

    private static Frame frame(Message message) {
        Frame.Builder frame = Frame.newBuilder();
        if (message instanceof Message.Hello hello) {
            frame.setHello(HandshakeCodec.encode(hello));
        } else if (message instanceof Message.Welcome welcome) {
            frame.setWelcome(HandshakeCodec.encode(welcome));
        } else if (message instanceof Message.Ping ping) {
            frame.setPing(Ping.newBuilder().setNonce(ping.nonce()));
        } else if (message instanceof Message.Pong pong) {
            frame.setPong(Pong.newBuilder().setNonce(pong.nonce()));
        } else if (message instanceof Message.GoAway goAway) {
            frame.setGoAway(GoAway.newBuilder().setReason(Wire.line(goAway.reason())));
        } else if (message instanceof Message.Failure failure) {
            frame.setError(HandshakeCodec.encode(failure));
        } else if (message instanceof Message.PullRequest request) {
            frame.setPullRequest(RequestCodec.encode(request));
        } else if (message instanceof Message.PullStart start) {
            frame.setPullStart(RequestCodec.encode(start));
        } else if (message instanceof Message.Batch batch) {
            frame.setBatch(BatchCodec.encode(batch.kind(), batch.records(), batch.next()));
        } else if (message instanceof Message.PullEnd end) {
            frame.setPullEnd(PullEnd.newBuilder().addAllReached(CursorCodec.encode(end.reached())));
        } else if (message instanceof Message.PushRequest request) {
            frame.setPushRequest(RequestCodec.encode(request));
        } else if (message instanceof Message.PushReady ready) {
            frame.setPushReady(PushReady.newBuilder().addAllRead(CursorCodec.encode(ready.read())));
        } else if (message instanceof Message.BatchAck ack) {
            frame.setBatchAck(ack(ack));
        } else if (message instanceof Message.PushEnd) {
            frame.setPushEnd(PushEnd.getDefaultInstance());
        } else if (message instanceof Message.PushDone) {
            frame.setPushDone(PushDone.getDefaultInstance());
        }
        return frame.build();
    }

    private static Message message(Frame frame) {
        return switch (frame.getBodyCase()) {
            case HELLO -> HandshakeCodec.decode(frame.getHello());
            case WELCOME -> HandshakeCodec.decode(frame.getWelcome());
            case PING -> new Message.Ping(frame.getPing().getNonce());
            case PONG -> new Message.Pong(frame.getPong().getNonce());
            case GO_AWAY -> new Message.GoAway(Wire.line(frame.getGoAway().getReason()));
            case ERROR -> HandshakeCodec.decode(frame.getError());
            case PULL_REQUEST -> RequestCodec.decode(frame.getPullRequest());
            case PULL_START -> RequestCodec.decode(frame.getPullStart());
            case BATCH -> BatchCodec.decode(frame.getBatch());
            case PULL_END -> new Message.PullEnd(CursorCodec.decode(
                    "pull_end.reached", frame.getPullEnd().getReachedList(), ErrorCode.PROTOCOL_VIOLATION));
            case PUSH_REQUEST -> RequestCodec.decode(frame.getPushRequest());
            case PUSH_READY -> new Message.PushReady(CursorCodec.decode(
                    "push_ready.read", frame.getPushReady().getReadList(), ErrorCode.PROTOCOL_VIOLATION));
            case BATCH_ACK -> ack(frame.getBatchAck());
            case PUSH_END -> new Message.PushEnd();
            case PUSH_DONE -> new Message.PushDone();
            case BODY_NOT_SET -> throw Wire.violation("a frame has no body that this version knows");
        };
    }

    private static BatchAck ack(Message.BatchAck ack) {
        BatchAck.Builder message = BatchAck.newBuilder()
                .setApplied(ack.applied()).setKnown(ack.known()).setQuarantined(ack.quarantined()).setMore(ack.more());
        if (!ack.concurrent().isEmpty()) {
            message.setConcurrent(BatchCodec.encode(ack.concurrent().get(0).kind(), ack.concurrent(), null));
        }
        return message.build();
    }

    private static Message.BatchAck ack(BatchAck ack) {
        return new Message.BatchAck(
                Wire.count("batch_ack.applied", ack.getApplied(), Limits.BATCH_RECORDS),
                Wire.count("batch_ack.known", ack.getKnown(), Limits.BATCH_RECORDS),
                Wire.count("batch_ack.quarantined", ack.getQuarantined(), Limits.BATCH_RECORDS),
                ack.hasConcurrent() ? BatchCodec.decode(ack.getConcurrent()).records() : List.of(),
                ack.getMore());
    }

    private static ProtocolException tooLarge(Message message, String why) {
        if (message instanceof Message.Batch batch) {
            return BatchCodec.tooLarge(batch.kind(), batch.records(), why);
        }
        if (message instanceof Message.BatchAck ack && !ack.concurrent().isEmpty()) {
            return BatchCodec.tooLarge(ack.concurrent().get(0).kind(), ack.concurrent(), why);
        }
        return new ProtocolException(ErrorCode.FRAME_TOO_LARGE, message.getClass().getSimpleName() + ": " + why);
    }
}
