package io.agentdb.sync.protocol;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.KindTotal;
import io.agentdb.sync.protocol.wire.PullRequest;
import io.agentdb.sync.protocol.wire.PullStart;
import io.agentdb.sync.protocol.wire.PushRequest;
import io.agentdb.sync.replica.Selection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client asks for. A kind that this version does not know is a BAD_REQUEST: the connection serves others. Stateless. */
final class RequestCodec {

    private RequestCodec() {
    }

    static PullRequest encode(Message.PullRequest request) {
        return PullRequest.newBuilder()
                .addAllFrom(CursorCodec.encode(request.from()))
                .setSelection(encode(request.selection()))
                .setBatchRecords(request.batchRecords())
                .build();
    }

    static Message.PullRequest decode(PullRequest request) {
        int records = request.getBatchRecords();
        if (records < 0 || records > Limits.BATCH_RECORDS) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "pull_request.batch_records is "
                    + Integer.toUnsignedString(records) + ", more than " + Limits.BATCH_RECORDS);
        }
        return new Message.PullRequest(
                CursorCodec.decode("pull_request.from", request.getFromList(), ErrorCode.BAD_REQUEST),
                decode("pull_request.selection", request.getSelection()), records);
    }

    static PullStart encode(Message.PullStart start) {
        PullStart.Builder message = PullStart.newBuilder();
        start.totals().forEach((kind, records) ->
                message.addTotals(KindTotal.newBuilder().setKind(kind.name()).setRecords(records)));
        return message.build();
    }

    static Message.PullStart decode(PullStart start) {
        Map<Kind, Long> totals = new LinkedHashMap<>();
        for (KindTotal total : start.getTotalsList()) {
            Kind kind = Wire.kind("pull_start.totals.kind", total.getKind(), ErrorCode.PROTOCOL_VIOLATION);
            if (total.getRecords() < 0) {
                throw Wire.violation("pull_start.totals.records is " + Long.toUnsignedString(total.getRecords()));
            }
            if (totals.put(kind, total.getRecords()) != null) {
                throw Wire.violation("pull_start.totals has " + kind + " twice");
            }
        }
        return new Message.PullStart(Collections.unmodifiableMap(totals));
    }

    static PushRequest encode(Message.PushRequest request) {
        return PushRequest.newBuilder()
                .addAllKinds(request.kinds().stream().map(Kind::name).toList())
                .setSelection(encode(request.selection()))
                .build();
    }

    static Message.PushRequest decode(PushRequest request) {
        List<Kind> kinds = request.getKindsList().stream()
                .map(name -> Wire.kind("push_request.kinds", name, ErrorCode.BAD_REQUEST)).toList();
        if (kinds.stream().distinct().count() < kinds.size()) {
            throw Wire.violation("push_request.kinds has one twice");
        }
        return new Message.PushRequest(kinds, decode("push_request.selection", request.getSelection()));
    }

    private static io.agentdb.sync.protocol.wire.Selection encode(Selection selection) {
        var message = io.agentdb.sync.protocol.wire.Selection.newBuilder().addAllTags(selection.tags());
        if (selection.since() != null) {
            message.setSinceMicros(Wire.micros("selection.since_micros", selection.since()));
        }
        if (selection.sessionId() != null) {
            message.setSessionId(selection.sessionId());
        }
        if (selection.success() != null) {
            message.setSuccess(selection.success());
        }
        if (selection.minReward() != null) {
            message.setMinReward(Wire.finite("selection.min_reward", selection.minReward()));
        }
        if (selection.skillName() != null) {
            message.setSkillName(selection.skillName());
        }
        return message.build();
    }

    private static Selection decode(String field, io.agentdb.sync.protocol.wire.Selection selection) {
        return new Selection(
                selection.hasSinceMicros() ? Wire.instant(field + ".since_micros", selection.getSinceMicros()) : null,
                selection.hasSessionId() ? selection.getSessionId() : null,
                selection.hasSuccess() ? selection.getSuccess() : null,
                selection.hasMinReward() ? Wire.finite(field + ".min_reward", selection.getMinReward()) : null,
                selection.getTagsList(),
                selection.hasSkillName() ? selection.getSkillName() : null);
    }
}
