package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Embedding;
import java.util.Optional;

/** Embeddings on the wire, beside the records that they are of. */
final class EmbeddingCodec {

    private EmbeddingCodec() {
    }

    static Embedding encode(Kept kept) {
        return Embedding.newBuilder().setId(Wire.bytes(kept.id())).setModel(kept.embedding().model())
                .setDigest(UnsafeByteOperations.unsafeWrap(kept.embedding().digest()))
                .setVector(UnsafeByteOperations.unsafeWrap(kept.embedding().bytes())).build();
    }

    /** Empty if it is wrong in whatever way: its record counts all the same, and can be looked at by its words. */
    static Optional<Kept> decode(ByteString bytes) {
        try {
            Embedding wire = Embedding.parseFrom(bytes);
            return EmbeddingModel.travels(wire.getModel()) ? Optional.of(new Kept(
                    Wire.uuid(wire.getId(), "embedding.id"), io.agentdb.sync.embedding.Embedding.of(wire.getModel(),
                            wire.getDigest().toByteArray(), wire.getVector().toByteArray()))) : Optional.empty();
        } catch (InvalidProtocolBufferException | IllegalArgumentException | ProtocolException e) {
            return Optional.empty();
        }
    }
}
