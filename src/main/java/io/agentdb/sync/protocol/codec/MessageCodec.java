package io.agentdb.sync.protocol.codec;

import com.google.protobuf.CodedInputStream;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.KindTotal;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.telemetry.TraceParent;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Messages as frame bodies, without the length before them. Decoding trusts nothing: whatever comes, the result is a
 * message within the {@link Limits} or a {@link ProtocolException}. Thread-safe, does no I/O.
 */
public final class MessageCodec {

    private static final long LONGEST_TRANSACTION = Duration.ofDays(36_500).toMillis();
    private static final long LONGEST_WAIT = Duration.ofHours(1).toMillis();

    private MessageCodec() {
    }

    /** A message that every node understands. */
    public static byte[] encode(Message message) {
        return encode(message, Set.of());
    }

    /**
     * @param understood the capabilities of the node that gets it
     * @throws ProtocolException FRAME_TOO_LARGE if a batch's records do not fit into a frame
     */
    public static byte[] encode(Message message, Set<String> understood) {
        return frame(message, understood.contains(Limits.ROWS), understood.contains(Limits.EMBEDDINGS)).build()
                .toByteArray();
    }

    /**
     * A request as a part of a trace. Who does not know what that is leaves it out.
     *
     * @param understood the capabilities of the node that gets it
     */
    public static byte[] encode(Message.Request request, Set<String> understood, TraceParent trace) {
        return frame(request, understood.contains(Limits.ROWS), understood.contains(Limits.EMBEDDINGS))
                .setTraceparent(trace.text()).build().toByteArray();
    }

    /** Of which trace a request is a part, as its sender says; empty if it does not, or says nothing that is one. */
    public static Optional<TraceParent> trace(byte[] body) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(body);
            String last = null;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == (Frame.TRACEPARENT_FIELD_NUMBER << 3 | 2)) {
                    last = in.readString();
                } else {
                    in.skipField(tag);
                }
            }
            return TraceParent.of(last);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @throws ProtocolException naming the field that is wrong */
    public static Message decode(byte[] body) {
        try {
            FieldCount.check("the frame", CodedInputStream.newInstance(body), Frame.getDescriptor(),
                    Limits.FRAME_FIELDS);
            return message(Frame.parseFrom(body));
        } catch (IOException e) {
            throw Wire.broken("the frame is not a protobuf message: " + e.getMessage());
        }
    }

    /**
     * Whether the body is a {@link Message.Failure}, at a glance: of a frame that is well-formed otherwise, this is
     * certain.
     */
    public static boolean isFailure(byte[] body) {
        return startsWith(body, Frame.ERROR_FIELD_NUMBER);
    }

    /** Whether the body is a {@link Message.Ping}, at a glance. */
    public static boolean isPing(byte[] body) {
        return startsWith(body, Frame.PING_FIELD_NUMBER);
    }

    private static boolean startsWith(byte[] body, int field) {
        // The tag of a length-delimited field below 16 takes one byte.
        return body.length > 0 && body[0] == (field << 3 | 2);
    }

    private static Frame.Builder frame(Message message, boolean rows, boolean embeddings) {
        Frame.Builder frame = Frame.newBuilder();
        if (message instanceof Message.Batch batch) {
            frame.setBatch(BatchCodec.encode(batch, rows, embeddings));
        } else if (message instanceof Message.BatchAck ack) {
            frame.setBatchAck(ack(ack, rows));
        } else if (message instanceof Message.Ping ping) {
            frame.getPingBuilder().setNonce(ping.nonce());
        } else if (message instanceof Message.Pong pong) {
            frame.getPongBuilder().setNonce(pong.nonce()).setClockMicros(
                    pong.clock() == null ? 0 : Wire.micros(pong.clock()));
        } else if (message instanceof Message.GoAway goAway) {
            frame.getGoAwayBuilder().setReason(goAway.reason());
        } else if (message instanceof Message.Failure failure) {
            frame.getErrorBuilder().setCodeValue(failure.code().number()).setMessage(failure.message())
                    .setRetryAfterMillis(failure.retryAfter().toMillis());
        } else if (message instanceof Message.PullRequest pull) {
            frame.getPullRequestBuilder().addAllFrom(Wire.cursors(pull.from()))
                    .setSelection(Wire.selection(pull.selection()))
                    .setBatchRecords(pull.batchRecords())
                    .addAllKnown(Wire.knowledge(pull.known())).addAllReconcile(Wire.names(pull.reconcile()))
                    .setLive(pull.live());
        } else if (message instanceof Message.PullStart start) {
            start.totals().forEach((kind, total) -> frame.getPullStartBuilder()
                    .addTotals(KindTotal.newBuilder().setKind(kind.name()).setRecords(total)));
            frame.getPullStartBuilder().addAllMissed(Wire.names(start.missed()));
        } else if (message instanceof Message.PullEnd end) {
            frame.getPullEndBuilder().addAllReached(Wire.cursors(end.reached())).addAllTold(Wire.knowledge(end.told()))
                    .setBehindMillis(end.behind().toMillis());
        } else if (message instanceof Message.PushRequest push) {
            frame.getPushRequestBuilder().addAllKinds(Wire.names(push.kinds()))
                    .setSelection(Wire.selection(push.selection())).setMeeting(push.meeting())
                    .setConfirmed(push.confirmed())
                    .setHeard(push.heard()).setLive(push.live());
        } else if (message instanceof Message.PushReady ready) {
            frame.getPushReadyBuilder().addAllRead(Wire.cursors(ready.read()))
                    .addAllKnown(Wire.knowledge(ready.known()))
                    .setMet(ready.met());
        } else if (message instanceof Message.PushEnd end) {
            frame.getPushEndBuilder().addAllTold(Wire.knowledge(end.told()));
        } else if (message instanceof Message.PushDone) {
            frame.getPushDoneBuilder();
        } else if (!ClaimCodec.encode(message, frame) && !VerifyCodec.encode(message, frame)
                && !JoinCodec.encode(message, frame)) {
            Greetings.encode(message, frame);
        }
        return frame;
    }

    private static Message message(Frame frame) {
        return switch (frame.getBodyCase()) {
            case HELLO -> Greetings.hello(frame.getHello());
            case WELCOME -> Greetings.welcome(frame.getWelcome());
            case PING -> new Message.Ping(frame.getPing().getNonce());
            case PONG -> new Message.Pong(frame.getPong().getNonce(), frame.getPong().getClockMicros() == 0 ? null
                    : Wire.instant(frame.getPong().getClockMicros(), "pong.clock_micros"));
            case GO_AWAY -> new Message.GoAway(Wire.said(frame.getGoAway().getReason()));
            case ERROR -> failure(frame.getError());
            case PULL_REQUEST -> new Message.PullRequest(Wire.cursors(
                    frame.getPullRequest().getFromList(), "pull_request.from"),
                    Wire.selection(frame.getPullRequest().getSelection()),
                    batchRecords(frame.getPullRequest().getBatchRecords()),
                    Wire.knowledge(frame.getPullRequest().getKnownList(), "pull_request.known"),
                            Wire.kinds(frame.getPullRequest().getReconcileList(), "pull_request.reconcile"),
                            frame.getPullRequest().getLive());
            case PULL_START -> new Message.PullStart(totals(frame.getPullStart().getTotalsList()),
                    Wire.kinds(frame.getPullStart().getMissedList(), "pull_start.missed"));
            case BATCH -> BatchCodec.decode(frame.getBatch());
            case PULL_END -> new Message.PullEnd(Wire.cursors(frame.getPullEnd().getReachedList(), "pull_end.reached"),
                    Wire.knowledge(frame.getPullEnd().getToldList(), "pull_end.told"),
                    // Within what an Instant can be moved by.
                    Duration.ofMillis(Math.max(0, Math.min(frame.getPullEnd().getBehindMillis(),
                            LONGEST_TRANSACTION))));
            case PUSH_REQUEST -> new Message.PushRequest(Wire.kinds(
                    frame.getPushRequest().getKindsList(), "push_request.kinds"),
                    Wire.selection(frame.getPushRequest().getSelection()),
                    Wire.count(frame.getPushRequest().getMeeting(), "push_request.meeting"),
                    Wire.count(frame.getPushRequest().getConfirmed(), "push_request.confirmed"),
                            Wire.count(frame.getPushRequest().getHeard(), "push_request.heard"),
                            frame.getPushRequest().getLive());
            case PUSH_READY -> new Message.PushReady(Wire.cursors(
                    frame.getPushReady().getReadList(), "push_ready.read"),
                            Wire.knowledge(frame.getPushReady().getKnownList(), "push_ready.known"),
                                    Wire.count(frame.getPushReady().getMet(), "push_ready.met"));
            case BATCH_ACK -> ack(frame.getBatchAck());
            case PUSH_END -> new Message.PushEnd(Wire.knowledge(frame.getPushEnd().getToldList(), "push_end.told"));
            case PUSH_DONE -> new Message.PushDone();
            case CLAIM_REQUEST, CLAIM_READY, CLAIMS, CLAIM_END, CLAIM_DONE -> ClaimCodec.decode(frame);
            case VERIFY_REQUEST, DIGEST_QUERY, DIGEST_ANSWER, ITEMS_QUERY, ITEMS_ANSWER, FETCH_QUERY, FETCH_END,
                    VERIFY_END ->
                    VerifyCodec.decode(frame);
            case JOIN, JOINED, NOT_JOINED -> JoinCodec.decode(frame);
            case BODY_NOT_SET -> throw Wire.broken("the frame has no body that version " + Limits.VERSION + " knows");
        };
    }

    private static io.agentdb.sync.protocol.wire.BatchAck.Builder ack(Message.BatchAck ack, boolean rows) {
        var wire = io.agentdb.sync.protocol.wire.BatchAck.newBuilder().setApplied(ack.applied()).setKnown(ack.known())
                .setQuarantined(ack.quarantined()).setMore(ack.more());
        if (!ack.concurrent().isEmpty()) {
            wire.setConcurrent(BatchCodec.encode(
                    ack.concurrent().get(0).kind(), ack.concurrent(), Optional.empty(), rows));
        }
        return wire;
    }

    private static Message.BatchAck ack(io.agentdb.sync.protocol.wire.BatchAck ack) {
        List<Revision> concurrent = ack.hasConcurrent() ? BatchCodec.decode(ack.getConcurrent()).records() : List.of();
        return new Message.BatchAck((int) Wire.count(ack.getApplied(), "batch_ack.applied"),
                (int) Wire.count(ack.getKnown(), "batch_ack.known"),
                (int) Wire.count(ack.getQuarantined(), "batch_ack.quarantined"),
                concurrent, ack.getMore());
    }

    private static Message.Failure failure(io.agentdb.sync.protocol.wire.Error error) {
        // Unsigned on the wire; and a peer that says "in a thousand years" must not make us wait so long.
        long millis = Long.compareUnsigned(error.getRetryAfterMillis(), LONGEST_WAIT) > 0 ? LONGEST_WAIT
                : error.getRetryAfterMillis();
        return new Message.Failure(ErrorCode.of(error.getCodeValue()), Wire.said(error.getMessage()),
                Duration.ofMillis(millis));
    }

    private static int batchRecords(int asked) {
        if (asked < 0 || asked > Limits.BATCH_RECORDS) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST,
                    "pull_request.batch_records must be from 0 to " + Limits.BATCH_RECORDS);
        }
        return asked;
    }

    private static Map<Kind, Long> totals(List<KindTotal> totals) {
        Map<Kind, Long> byKind = new LinkedHashMap<>();
        for (KindTotal total : totals) {
            if (byKind.put(Wire.kind(total.getKind()), Wire.count(total.getRecords(), "pull_start.totals")) != null) {
                throw Wire.broken("pull_start.totals names " + total.getKind() + " twice");
            }
        }
        return byKind;
    }
}
