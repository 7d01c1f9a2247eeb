package io.agentdb.sync.companion;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Embeddings as companions, each of the very text that its record has in that version, and never a mock. */
@Component
final class EmbeddingCompanions implements Companions {

    private static final Logger log = LoggerFactory.getLogger(EmbeddingCompanions.class);

    private final EmbeddingStore store;

    EmbeddingCompanions(EmbeddingStore store) {
        this.store = store;
    }

    @Override
    public List<Kept> of(Session peer, Kind kind, Collection<Revision> records) {
        if (!EmbeddedText.KINDS.contains(kind) || !peer.capabilities().contains(Limits.EMBEDDINGS) || store.isEmpty()) {
            return List.of();
        }
        Map<UUID, List<Embedding>> found = store.find(kind, records.stream().map(Revision::id).toList());
        List<Kept> companions = new ArrayList<>();
        for (Revision record : found.isEmpty() ? List.<Revision>of() : records) {
            List<Embedding> here = found.get(record.id());
            String text = here == null ? null : text(record);
            if (here != null && text != null) {
                here.stream().filter(one -> one.isOf(text) && isWellMade(one))
                        .forEach(one -> companions.add(new Kept(record.id(), one)));
            }
        }
        return companions;
    }

    @Override
    public void take(Kind kind, List<Batch> batches) {
        if (!EmbeddedText.KINDS.contains(kind)) {
            return;
        }
        // By the key: of two for one record and model the later would else fail the statement.
        Map<String, Kept> good = new LinkedHashMap<>();
        for (Batch batch : batches) {
            Set<UUID> records = batch.embeddings().isEmpty() ? Set.of()
                    : batch.records().stream().map(Revision::id).collect(Collectors.toSet());
            batch.embeddings().stream().filter(one -> records.contains(one.id()) && isWellMade(one.embedding()))
                    .forEach(one -> good.put(one.id() + one.embedding().model(), one));
        }
        try {
            store.add(kind, good.values());
        } catch (DataAccessException | TransactionException e) {
            // The records are here; who has a model makes them anew.
            log.warn("Embeddings of {} that came along could not be kept: {}", kind, DatabaseFailure.words(e));
        }
    }

    private static @Nullable String text(Revision record) {
        return record.content() == null || record.unreadable() != null ? null
                : EmbeddedText.of(record.kind(), record.content());
    }

    /** Whether it is not AgentDB's stand-in for one, whatever it calls itself. */
    private static boolean isWellMade(Embedding embedding) {
        return EmbeddingModel.travels(embedding.model()) && (!embedding.model().equals(EmbeddingModel.MINILM)
                || embedding.vector().length == EmbeddingModel.MINILM_DIMENSIONS)
                && !MockEmbedding.is(embedding.vector());
    }
}
