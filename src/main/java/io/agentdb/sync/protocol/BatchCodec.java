package io.agentdb.sync.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Revision;
import java.util.List;

/** Batches of records: protobuf inside zstd inside protobuf. */
final class BatchCodec {

    private BatchCodec() {
    }

    static io.agentdb.sync.protocol.wire.Batch encode(Kind kind, List<Revision> records, Cursor next) {
        RecordCodec codec = RecordCodec.of(kind);
        Records.Builder all = Records.newBuilder();
        records.forEach(record -> all.addRecord(codec.encode(record)));
        byte[] raw = all.build().toByteArray();
        byte[] compressed = Compression.compress(raw);
        byte[] payload = compressed == null ? raw : compressed;
        if (raw.length > Limits.BATCH_RAW_BYTES || payload.length > Limits.FRAME_BYTES - 1024) {
            throw new ProtocolException(ErrorCode.FRAME_TOO_LARGE, "a batch of " + records.size() + " " + kind + " beginning with "
                    + records.get(0).id() + " takes " + payload.length + " bytes, more than a frame may have");
        }
        var batch = io.agentdb.sync.protocol.wire.Batch.newBuilder().setKind(kind.name()).setRecords(records.size())
                .setCompression(compressed == null ? io.agentdb.sync.protocol.wire.Compression.COMPRESSION_NONE
                        : io.agentdb.sync.protocol.wire.Compression.COMPRESSION_ZSTD)
                .setRawBytes(raw.length).setPayload(UnsafeByteOperations.unsafeWrap(payload));
        if (next != null) {
            batch.setNext(Wire.cursor(next));
        }
        return batch.build();
    }

    static Batch decode(io.agentdb.sync.protocol.wire.Batch batch) {
        Kind kind = Wire.kind(batch.getKind());
        if (batch.getRecords() < 0 || batch.getRecords() > Limits.BATCH_RECORDS) {
            throw Wire.broken("batch.records is more than " + Limits.BATCH_RECORDS);
        }
        Records records = records(batch);
        if (records.getRecordCount() != batch.getRecords()) {
            throw Wire.broken("batch.records is " + batch.getRecords() + ", but there are " + records.getRecordCount());
        }
        RecordCodec codec = RecordCodec.of(kind);
        return new Batch(kind, records.getRecordList().stream().map(codec::decode).toList(),
                batch.hasNext() ? Wire.cursor(batch.getNext(), "batch.next") : null);
    }

    private static Records records(io.agentdb.sync.protocol.wire.Batch batch) {
        try {
            return switch (batch.getCompression()) {
                case COMPRESSION_NONE -> Records.parseFrom(batch.getPayload());
                case COMPRESSION_ZSTD -> Records.parseFrom(
                        Compression.decompress(batch.getPayload().toByteArray(), batch.getRawBytes()));
                default -> throw Wire.broken("batch.compression is unknown");
            };
        } catch (InvalidProtocolBufferException e) {
            throw Wire.broken("batch.payload is not a list of records: " + e.getMessage());
        }
    }
}
