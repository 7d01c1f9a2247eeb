package io.agentdb.sync.run;

import io.agentdb.sync.peers.Answering;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.QuicClientPool;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * One request to a peer, until it is through: waits when the peer says that we ask too much, tries again when a
 * connection broke or this node's database failed, connects anew when one side has become another incarnation. Each try
 * goes on where the database stands.
 */
public final class RetryingRequests implements PeerRequests {

    private static final Logger log = LoggerFactory.getLogger(RetryingRequests.class);
    /** Of both sides, during one request. */
    private static final int MOST_INCARNATIONS = 3;
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(30);
    private static final Duration STEP = Duration.ofSeconds(1);

    private final QuicClientPool pool;
    private final Answering answering;
    private final IncarnationRenewal renewals;
    private final int maxRetries;
    private final Duration retryDelay;
    private final Consumer<Duration> pause;

    RetryingRequests(QuicClientPool pool, Answering answering, IncarnationRenewal renewals, int maxRetries,
            Duration retryDelay, Consumer<Duration> pause) {
        this.pool = pool;
        this.answering = answering;
        this.renewals = renewals;
        this.maxRetries = maxRetries;
        this.retryDelay = retryDelay;
        this.pause = pause;
    }

    @Override
    public void hold(Peer peer, RunTally tally, Consumer<Exchange> request) {
        DialTarget remote = peer.remote();
        BackOffExecution backOff = backOff().start();
        Duration paced = Duration.ZERO;
        int reincarnations = 0;
        while (true) {
            tally.throwIfCancelled();
            Session session = null;
            try (Exchange exchange = pool.open(remote)) {
                session = exchange.session();
                // Of each connection: a peer has several, and may say another name on the next.
                answering.require(peer, session);
                try {
                    request.accept(exchange);
                    return;
                } finally {
                    tally.transferred(exchange.wireBytes());
                }
            } catch (PeerRejected refused) {
                if (refused.code() == ErrorCode.RATE_LIMITED && paced.compareTo(MOST_PATIENCE) < 0) {
                    Duration wait = refused.retryAfter().isZero() ? Duration.ofSeconds(1) : refused.retryAfter();
                    tally.progress().say("paced by the peer: going on in " + Math.max(1, wait.toSeconds()) + " s ("
                            + refused.getMessage() + ")");
                    paced = paced.plus(wait);
                    rest(wait, tally);
                } else if (refused.code() == ErrorCode.UNAVAILABLE) {
                    again(refused, backOff, remote, tally);
                } else if ((refused.code() == ErrorCode.CURSOR_FROM_FUTURE || refused.code() == ErrorCode.RESTORED)
                        && reincarnations++ < MOST_INCARNATIONS) {
                    // Said of the actor that this node had in its hello, which another conversation may have given up
                    // meanwhile.
                    if (refused.code() == ErrorCode.RESTORED && session != null
                            && !renewals.renew(remote.name(), session.actor(), session.own(),
                                    "peer " + remote.name() + " says: " + refused.getMessage())) {
                        throw refused;
                    }
                    pool.disconnect(remote);
                } else {
                    throw refused;
                }
            } catch (DatabaseWentBack future) {
                if (reincarnations++ >= MOST_INCARNATIONS || !renewals.renew(
                        remote.name(), future.witness(), future.actor(), future.getMessage())) {
                    throw future;
                }
                pool.disconnect(remote);
            } catch (OutcomeUnknown | DataAccessException | TransactionException broken) {
                // Of the database too: it may be starting again, and every batch goes on where it stands.
                again(broken, backOff, remote, tally);
            }
        }
    }

    private void again(RuntimeException broken, BackOffExecution backOff, DialTarget remote, RunTally tally) {
        long delay = backOff.nextBackOff();
        if (delay == BackOffExecution.STOP) {
            throw broken;
        }
        String why = SyncFailure.say(broken);
        log.info("Sync with {} broke off ({}); going on in {} ms", remote.name(), why, delay);
        tally.progress().say("broke off, going on: " + why);
        rest(Duration.ofMillis(delay), tally);
    }

    /** In steps: who cancels the run does not wait for the end of it. */
    private void rest(Duration wait, RunTally tally) {
        Duration left = wait;
        for (; left.compareTo(STEP) > 0; left = left.minus(STEP)) {
            pause.accept(STEP);
            tally.throwIfCancelled();
        }
        pause.accept(left);
    }

    private BackOff backOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(Math.max(1, retryDelay.toMillis()), 2);
        backOff.setMaxInterval(Duration.ofSeconds(30).toMillis());
        backOff.setJitter(retryDelay.toMillis() / 4);
        backOff.setMaxAttempts(maxRetries);
        return backOff;
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted while waiting: this node is stopping", e);
        }
    }
}
