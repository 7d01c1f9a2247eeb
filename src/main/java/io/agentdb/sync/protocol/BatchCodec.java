package io.agentdb.sync.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.UnsafeByteOperations;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Revision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A batch: its records as one payload, compressed when that helps. Stateless. */
final class BatchCodec {

    private static final int NONE = io.agentdb.sync.protocol.wire.Compression.COMPRESSION_NONE_VALUE;
    private static final int ZSTD = io.agentdb.sync.protocol.wire.Compression.COMPRESSION_ZSTD_VALUE;
    private static final int LENGTH_DELIMITED = 2;
    private static final int RECORD_TAG = Records.RECORD_FIELD_NUMBER << 3 | LENGTH_DELIMITED;

    private BatchCodec() {
    }

    /** @param next null for none */
    static Batch encode(Kind kind, List<Revision> revisions, Cursor next) {
        byte[] raw = payload(kind, revisions);
        byte[] packed = Compression.compress(raw);
        Batch.Builder batch = Batch.newBuilder()
                .setKind(kind.name())
                .setRecords(revisions.size())
                .setCompressionValue(packed == raw ? NONE : ZSTD)
                .setRawBytes(raw.length)
                .setPayload(UnsafeByteOperations.unsafeWrap(packed));
        if (next != null) {
            batch.setNext(CursorCodec.encode(next));
        }
        return batch.build();
    }

    static Message.Batch decode(Batch batch) {
        Kind kind = Wire.kind("batch.kind", batch.getKind(), ErrorCode.PROTOCOL_VIOLATION);
        int records = Wire.count("batch.records", batch.getRecords(), Limits.BATCH_RECORDS);
        Cursor next = batch.hasNext() ? CursorCodec.decode("batch.next", batch.getNext()) : null;
        try {
            return new Message.Batch(kind, revisions(kind, records, payload(batch)), next);
        } catch (IOException e) {
            throw Wire.violation("batch.payload: " + e.getMessage());
        }
    }

    static ProtocolException tooLarge(Kind kind, List<Revision> revisions, String why) {
        String first = revisions.isEmpty() ? "" : ", the first " + revisions.get(0).id();
        return new ProtocolException(ErrorCode.FRAME_TOO_LARGE,
                "a batch of " + revisions.size() + " " + kind + first + ": " + why);
    }

    private static byte[] payload(Kind kind, List<Revision> revisions) {
        if (revisions.size() > Limits.BATCH_RECORDS) {
            throw tooLarge(kind, revisions, "more than " + Limits.BATCH_RECORDS + " records");
        }
        RecordCodec codec = new RecordCodec(kind);
        List<Record> records = new ArrayList<>(revisions.size());
        long bytes = 0;
        for (Revision revision : revisions) {
            Record record = codec.encode(revision);
            records.add(record);
            bytes += CodedOutputStream.computeMessageSize(Records.RECORD_FIELD_NUMBER, record);
            // Per record: the sum of all could exceed the heap, and an int, before anyone looks at it.
            if (bytes > Limits.BATCH_RAW_BYTES) {
                throw tooLarge(kind, revisions, "more than " + Limits.BATCH_RAW_BYTES + " bytes before compression");
            }
        }
        byte[] raw = Records.newBuilder().addAllRecord(records).build().toByteArray();
        try {
            FieldCount.check("the payload", raw, Records.getDescriptor(), Limits.BATCH_FIELDS);
        } catch (ProtocolException e) {
            throw tooLarge(kind, revisions, e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return raw;
    }

    private static byte[] payload(Batch batch) throws IOException {
        byte[] raw = batch.getPayload().toByteArray();
        int rawBytes = batch.getRawBytes();
        Compression.requireWithinLimit(rawBytes);
        if (batch.getCompressionValue() == ZSTD) {
            raw = Compression.decompress(raw, rawBytes);
        } else if (batch.getCompressionValue() != NONE) {
            throw Wire.violation("batch.compression is not known: " + batch.getCompressionValue());
        } else if (raw.length != rawBytes) {
            throw Wire.violation("batch.payload has " + raw.length + " bytes, batch.raw_bytes says " + rawBytes);
        }
        FieldCount.check("batch.payload", raw, Records.getDescriptor(), Limits.BATCH_FIELDS);
        return raw;
    }

    /** Record by record, so that no more than one of them is in memory as a protobuf message. */
    private static List<Revision> revisions(Kind kind, int records, byte[] raw) throws IOException {
        RecordCodec codec = new RecordCodec(kind);
        List<Revision> revisions = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(raw);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag != RECORD_TAG) {
                in.skipField(tag);
            } else if (revisions.size() == records) {
                throw Wire.violation("batch.payload has more records than batch.records, " + records);
            } else {
                revisions.add(codec.decode(in.readMessage(Record.parser(), ExtensionRegistryLite.getEmptyRegistry())));
            }
        }
        if (revisions.size() < records) {
            throw Wire.violation("batch.payload has " + revisions.size() + " records, batch.records says " + records);
        }
        return Collections.unmodifiableList(revisions);
    }
}
