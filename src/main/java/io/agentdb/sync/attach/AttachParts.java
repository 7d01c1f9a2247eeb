package io.agentdb.sync.attach;

import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.search.index.Meaning;
import org.springframework.stereotype.Component;

/** What all attachments use of the node. */
@Component
record AttachParts(LocalNode node, ChangeFeed feed, NodeRecords records, EmbeddingStore embeddings, Meaning meaning,
        Importer importer, Scratch scratch) {
}
