package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation comes to its end: by the peer's last word, its refusal, or a stream that broke. The event loop
 * tells what comes; the worker asks.
 */
final class Conclusion {

    /** For the peer's last words, once it has stopped taking ours. */
    private static final long LAST_WORDS_MILLIS = 2_000;

    private final Inbox inbox;
    private volatile @Nullable SyncException broken;
    private volatile boolean reached;
    private volatile boolean refused;

    Conclusion(Inbox inbox) {
        this.inbox = inbox;
    }

    /** The peer's last word is here, so that ending the stream without a reset is right. */
    boolean reached() {
        return reached;
    }

    /** A push notices at its next batch that the server has refused it, not after all of them. */
    boolean refused() {
        return refused;
    }

    boolean broken() {
        return broken != null;
    }

    void frame(byte[] body) {
        refused |= MessageCodec.isFailure(body);
    }

    /** The peer has ended its side properly. */
    void ended() {
        reached = true;
    }

    void broke(SyncException failure) {
        broken = failure;
    }

    /**
     * The worker has taken a message.
     *
     * @throws SyncException if it is a failure
     */
    void heard(Message message) {
        if (message instanceof Failure failure) {
            reached = true;
            throw FailureMapping.of(failure);
        }
        reached |= message instanceof PullEnd || message instanceof PushDone || message instanceof Pong;
    }

    /**
     * Why nothing can be sent any more. The peer's own words say more than a broken stream; they may come a little
     * after it has stopped taking ours. What came before them stays in the inbox.
     *
     * @param otherwise what to say if the peer says nothing and the stream is whole
     */
    SyncException failure(String otherwise) {
        try {
            Failure said = inbox.lastWords(TimeUnit.MILLISECONDS.toNanos(
                    broken == null && !refused ? 0 : LAST_WORDS_MILLIS));
            if (said != null) {
                reached = true;
                return FailureMapping.of(said);
            }
        } catch (ProtocolException garbled) {
            return garbled;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        SyncException cause = broken;
        return cause != null ? cause : OutcomeUnknown.timedOut(otherwise, null);
    }
}
