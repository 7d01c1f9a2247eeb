package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.run.DatabaseWentBack;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What two nodes tell each other of what they hold, so that neither sends what the other has. Thread-safe; blocks on
 * the database.
 */
public final class KnowledgeExchange {

    private final ChangeFeed feed;
    private final NodeKnowledge knowledge;
    private final LocalNode self;

    public KnowledgeExchange(ChangeFeed feed, NodeKnowledge knowledge, LocalNode self) {
        this.feed = feed;
        this.knowledge = knowledge;
        this.self = self;
    }

    /**
     * Looks whether this node is still the one that the peer was told.
     *
     * @throws PeerRejected if not
     */
    void current(Session peer) {
        Introduced.still(self, peer);
    }

    /** What is here already, whoever it came from. */
    Map<Kind, Knowledge> held(List<Kind> kinds) {
        Map<Kind, Knowledge> held = knowledge.held(kinds, feed.fence());
        held.replaceAll((kind, known) -> knowledge.fitting(known));
        return held;
    }

    /**
     * What a peer that reads everything below the fence may take over in the end; nothing, if it reads a selection
     * only. Put down before the rows are read, and told by {@link #stillTold} behind them.
     */
    Map<Kind, Knowledge> told(List<Kind> kinds, long fence, Selection selection) {
        return selection.everything() ? knowledge.held(kinds, fence) : Map.of();
    }

    /**
     * What of it may be told, now that the rows have been read.
     *
     * @throws PeerRejected if this node has become another meanwhile
     */
    Map<Kind, Knowledge> stillTold(Map<Kind, Knowledge> told, long fence, Session peer) {
        // A new incarnation moves every row above the fence: those that were not read yet would be told as known, and
        // never be sent.
        Introduced.still(self, peer);
        return told.isEmpty() ? told : knowledge.told(told, feed.seenAbove(told.keySet(), fence));
    }

    /**
     * @param asked the kinds that this conversation is about, and that the peer may tell of
     * @throws ProtocolException if it tells of others: nothing is learnt then
     */
    void learn(Map<Kind, Knowledge> told, Collection<Kind> asked) {
        AskedKinds.hold(asked, told.keySet(), "told");
        knowledge.learn(told);
    }

    /**
     * For whom each kind is read.
     *
     * @param fence of this node's feed, asked for after the peer has told what it knows
     * @throws DatabaseWentBack if the peer knows more of our writes than there are
     */
    Function<Kind, Reader> readers(Session peer, Map<Kind, Knowledge> known, long fence) {
        long most = known.values().stream().mapToLong(all -> all.below().getOrDefault(peer.own(), 0L)).max().orElse(0);
        // What lies below the fence lies below the horizon, and is the rule.
        if (most > fence) {
            long horizon = feed.horizon();
            if (most > horizon) {
                throw new DatabaseWentBack(peer.own(), null, "peer " + peer.nodeId()
                        + " knows of our transactions up to " + most + ", and we are only at " + horizon);
            }
        }
        return kind -> new Reader(peer.actor(), known.getOrDefault(kind, Knowledge.NONE));
    }
}
