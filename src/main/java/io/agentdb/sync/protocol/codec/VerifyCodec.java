package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.wire.DigestAnswer;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.ItemsAnswer;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.digest.RangeDigest;
import io.agentdb.sync.replica.digest.RecordDigest;
import io.agentdb.sync.version.Write;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** The messages by which two nodes find out where their memories differ. */
final class VerifyCodec {

    private static final int DIGEST_BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();

    private VerifyCodec() {
    }

    /** @return false if the message is none of these */
    static boolean encode(Message message, Frame.Builder frame) {
        if (message instanceof Message.VerifyRequest request) {
            frame.getVerifyRequestBuilder().setKind(request.kind().name());
        } else if (message instanceof Message.DigestQuery query) {
            frame.getDigestQueryBuilder().addAllRanges(query.ranges().stream().map(VerifyCodec::range).toList());
        } else if (message instanceof Message.DigestAnswer answer) {
            DigestAnswer.Builder digests = frame.getDigestAnswerBuilder();
            answer.digests().forEach(digest -> digests.addDigestsBuilder().setRecords(digest.records())
                    .setDigest(bytes(digest.md5())));
        } else if (message instanceof Message.ItemsQuery query) {
            frame.getItemsQueryBuilder().addAllRanges(query.ranges().stream().map(VerifyCodec::range).toList());
        } else if (message instanceof Message.ItemsAnswer answer) {
            ItemsAnswer.Builder items = frame.getItemsAnswerBuilder().setMore(answer.more());
            answer.items().forEach(item -> items.addItemsBuilder().setId(Wire.bytes(item.id()))
                    .setActor(item.write().actor().name())
                    .setCounter(item.write().counter()).setContent(bytes(item.content())));
        } else if (message instanceof Message.FetchQuery query) {
            frame.getFetchQueryBuilder().addAllIds(query.ids().stream().map(Wire::bytes).toList());
        } else if (message instanceof Message.FetchEnd) {
            frame.getFetchEndBuilder();
        } else if (message instanceof Message.VerifyEnd) {
            frame.getVerifyEndBuilder();
        } else {
            return false;
        }
        return true;
    }

    static Message decode(Frame frame) {
        return switch (frame.getBodyCase()) {
            case VERIFY_REQUEST -> new Message.VerifyRequest(Wire.kind(frame.getVerifyRequest().getKind()));
            case DIGEST_QUERY -> new Message.DigestQuery(ranges(
                    frame.getDigestQuery().getRangesList(), "digest_query.ranges"));
            case DIGEST_ANSWER -> digests(frame.getDigestAnswer());
            case ITEMS_QUERY -> new Message.ItemsQuery(ranges(
                    frame.getItemsQuery().getRangesList(), "items_query.ranges"));
            case ITEMS_ANSWER -> items(frame.getItemsAnswer());
            case FETCH_QUERY -> new Message.FetchQuery(atMost(
                    Limits.FETCH_IDS, frame.getFetchQuery().getIdsList(), "fetch_query.ids")
                    .stream().map(id -> Wire.uuid(id, "fetch_query.ids")).distinct().toList());
            case FETCH_END -> new Message.FetchEnd();
            default -> new Message.VerifyEnd();
        };
    }

    private static io.agentdb.sync.protocol.wire.IdRange range(IdRange range) {
        var wire = io.agentdb.sync.protocol.wire.IdRange.newBuilder().setLo(Wire.bytes(range.lo()));
        return (range.hi() == null ? wire : wire.setHi(Wire.bytes(range.hi()))).build();
    }

    /** Ranges that overlap would let one small query read every record a thousand times. */
    private static List<IdRange> ranges(List<io.agentdb.sync.protocol.wire.IdRange> ranges, String field) {
        List<IdRange> decoded = new ArrayList<>(atMost(Limits.RANGES, ranges, field).size());
        for (io.agentdb.sync.protocol.wire.IdRange range : ranges) {
            UUID lo = Wire.uuid(range.getLo(), field + ".lo");
            UUID hi = range.getHi().isEmpty() ? null : Wire.uuid(range.getHi(), field + ".hi");
            if (hi != null && IdRange.ORDER.compare(lo, hi) >= 0) {
                throw Wire.broken(field + " has an empty range from " + lo + " to " + hi);
            }
            IdRange last = decoded.isEmpty() ? null : decoded.get(decoded.size() - 1);
            if (last != null && (last.hi() == null || IdRange.ORDER.compare(last.hi(), lo) > 0)) {
                throw Wire.broken(field + " overlap, or are not in the order of ids, at " + lo);
            }
            decoded.add(new IdRange(lo, hi));
        }
        return List.copyOf(decoded);
    }

    private static Message.DigestAnswer digests(DigestAnswer answer) {
        return new Message.DigestAnswer(atMost(Limits.RANGES, answer.getDigestsList(), "digest_answer.digests").stream()
                .map(digest -> new RangeDigest(Wire.count(digest.getRecords(), "digest_answer.records"),
                        hex(digest.getDigest(), "digest_answer.digest"))).toList());
    }

    private static Message.ItemsAnswer items(ItemsAnswer answer) {
        List<RecordDigest> items = new ArrayList<>(atMost(Limits.ITEMS, answer.getItemsList(), "items_answer.items")
                .size());
        for (io.agentdb.sync.protocol.wire.Item item : answer.getItemsList()) {
            if (item.getCounter() <= 0) {
                throw Wire.broken("items_answer.counter is not positive");
            }
            items.add(new RecordDigest(Wire.uuid(item.getId(), "items_answer.id"),
                    new Write(Wire.actor(item.getActor(), "items_answer.actor"), item.getCounter()),
                            hex(item.getContent(), "items_answer.content")));
        }
        return new Message.ItemsAnswer(List.copyOf(items), answer.getMore());
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HEX.parseHex(hex));
    }

    private static String hex(ByteString digest, String field) {
        if (digest.size() != DIGEST_BYTES) {
            throw Wire.broken(field + " has " + digest.size() + " bytes, not " + DIGEST_BYTES);
        }
        return HEX.formatHex(digest.toByteArray());
    }

    private static <T> List<T> atMost(int most, List<T> list, String field) {
        if (list.size() > most) {
            throw Wire.broken(field + " has more than " + most + " entries");
        }
        return list;
    }
}
