package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.BinaryRow;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.revision.Revision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches of records: protobuf inside zstd inside protobuf. */
final class BatchCodec {

    private static final int RECORD = WireFormat.FieldType.MESSAGE.getWireType() | Records.RECORD_FIELD_NUMBER << 3;
    private static final int EMBEDDING = WireFormat.FieldType.MESSAGE.getWireType()
            | Records.EMBEDDING_FIELD_NUMBER << 3;
    /** What a frame has around a payload, at most. */
    private static final int AROUND = 1024;

    private BatchCodec() {
    }

    /** @param embeddings whether who gets it takes them, too; what does not fit goes without them */
    static io.agentdb.sync.protocol.wire.Batch encode(Batch batch, boolean rows, boolean embeddings) {
        if (embeddings && !batch.embeddings().isEmpty()) {
            try {
                return encode(batch.kind(), batch.records(), batch.next(), rows, batch.embeddings());
            } catch (ProtocolException tooLarge) {
                // The records alone count.
            }
        }
        return encode(batch.kind(), batch.records(), batch.next(), rows);
    }

    /**
     * @param rows whether who gets it takes fields in PostgreSQL's binary format
     * @throws ProtocolException FRAME_TOO_LARGE, naming the largest record, if the records do not fit into a frame
     */
    static io.agentdb.sync.protocol.wire.Batch encode(Kind kind, List<Revision> records, Optional<Cursor> next,
            boolean rows) {
        return encode(kind, records, next, rows, List.of());
    }

    private static io.agentdb.sync.protocol.wire.Batch encode(Kind kind, List<Revision> records, Optional<Cursor> next,
            boolean rows, List<Kept> embeddings) {
        RecordCodec codec = RecordCodec.of(kind);
        Records.Builder all = Records.newBuilder();
        records.forEach(record -> all.addRecord(codec.encode(record, rows)));
        embeddings.forEach(one -> all.addEmbedding(EmbeddingCodec.encode(one)));
        Records built = all.build();
        if (built.getSerializedSize() > Limits.BATCH_RAW_BYTES) {
            throw tooLarge(kind, built, built.getSerializedSize());
        }
        byte[] raw = built.toByteArray();
        byte @Nullable [] compressed = Compression.compress(raw);
        byte[] payload = compressed == null ? raw : compressed;
        if (payload.length > Limits.FRAME_BYTES - AROUND) {
            throw tooLarge(kind, built, payload.length);
        }
        var batch = io.agentdb.sync.protocol.wire.Batch.newBuilder().setKind(kind.name()).setRecords(records.size())
                .setCompression(compressed == null ? io.agentdb.sync.protocol.wire.Compression.COMPRESSION_NONE
                        : io.agentdb.sync.protocol.wire.Compression.COMPRESSION_ZSTD)
                .setRawBytes(raw.length).setPayload(UnsafeByteOperations.unsafeWrap(payload));
        next.ifPresent(cursor -> batch.setNext(Wire.cursor(cursor)));
        return batch.build();
    }

    static Batch decode(io.agentdb.sync.protocol.wire.Batch batch) {
        Kind kind = Wire.kind(batch.getKind());
        if (batch.getRecords() < 0 || batch.getRecords() > Limits.BATCH_RECORDS) {
            throw Wire.broken("batch.records is more than " + Limits.BATCH_RECORDS);
        }
        List<Kept> embeddings = new ArrayList<>();
        List<Revision> records = records(batch, RecordCodec.of(kind), embeddings);
        if (records.size() != batch.getRecords()) {
            throw Wire.broken("batch.records is " + batch.getRecords() + ", but there are " + records.size());
        }
        return new Batch(kind, records, batch.hasNext()
                ? Optional.of(Wire.cursor(batch.getNext(), "batch.next")) : Optional.empty(), List.copyOf(embeddings));
    }

    /**
     * One after the other: a payload of millions of empty records is refused before they take a hundred times its size.
     */
    private static List<Revision> records(io.agentdb.sync.protocol.wire.Batch batch, RecordCodec codec,
            List<Kept> embeddings) {
        try {
            ByteString payload = payload(batch);
            FieldCount.check("batch.payload", payload.newCodedInput(), Records.getDescriptor(), Limits.BATCH_FIELDS);
            CodedInputStream in = payload.newCodedInput();
            in.enableAliasing(true);
            List<Revision> records = new ArrayList<>(batch.getRecords());
            int texts = 0;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == EMBEDDING && embeddings.size() < Limits.BATCH_EMBEDDINGS) {
                    EmbeddingCodec.decode(in.readBytes()).ifPresent(embeddings::add);
                } else if (tag != RECORD) {
                    in.skipField(tag);
                } else if (records.size() == batch.getRecords()) {
                    throw Wire.broken("batch.records is " + batch.getRecords() + ", but there are more");
                } else {
                    Revision record = codec.decode(in.readBytes());
                    texts += texts(record);
                    if (texts > Limits.BATCH_FIELDS) {
                        throw new ProtocolException(ErrorCode.FRAME_TOO_LARGE,
                                "the lists of batch.payload have more than " + Limits.BATCH_FIELDS + " texts");
                    }
                    records.add(record);
                }
            }
            return records;
        } catch (IOException e) {
            throw Wire.broken("batch.payload is not a list of records: " + e.getMessage());
        }
    }

    /** Not counted with the fields: the row that they are in is one to protobuf. */
    private static int texts(Revision record) {
        BinaryRow row = record.content() == null ? null : record.content().row();
        return row == null ? 0 : row.texts();
    }

    private static ByteString payload(io.agentdb.sync.protocol.wire.Batch batch) {
        return switch (batch.getCompression()) {
            case COMPRESSION_NONE -> {
                if (batch.getPayload().size() != batch.getRawBytes()) {
                    throw Wire.broken("batch.raw_bytes is " + batch.getRawBytes() + ", but the payload has "
                            + batch.getPayload().size());
                }
                yield batch.getPayload();
            }
            case COMPRESSION_ZSTD -> UnsafeByteOperations.unsafeWrap(
                    Compression.decompress(batch.getPayload().toByteArray(), batch.getRawBytes()));
            default -> throw Wire.broken("batch.compression is unknown");
        };
    }

    private static ProtocolException tooLarge(Kind kind, Records records, long bytes) {
        Record largest = records.getRecordList().stream().max(Comparator.comparingInt(Record::getSerializedSize))
                .orElseThrow();
        return new ProtocolException(ErrorCode.FRAME_TOO_LARGE,
                "a batch of " + records.getRecordCount() + " " + kind + " takes " + bytes
                + " bytes, more than a frame may have; the largest record is " + Wire.uuid(largest.getId(), "record.id")
                + " with " + largest.getSerializedSize() + " bytes");
    }
}
