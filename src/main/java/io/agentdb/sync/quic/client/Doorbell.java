package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.agentdb.sync.version.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Dials a node of which only its certificate and some addresses are known, at all of these side by side, for seconds
 * and not again and again. Calls block; thread-safe.
 */
public final class Doorbell implements AutoCloseable {

    /** What came of one address. */
    public record Tried(HostPort address, SyncException why) { }

    /** Who has answered, and where. */
    public record Answered(HostPort at, Message answer) { }

    /** Nobody with that certificate answers at any of the addresses. */
    public static final class NobodyThere extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient List<Tried> tried;

        NobodyThere(List<Tried> tried) {
            this.tried = tried;
        }

        public List<Tried> tried() {
            return tried;
        }
    }

    record Opened(HostPort at, ClientConnection connection) { }

    /** How long an address has before the next one is tried beside it: the first is the likeliest. */
    private static final long HEAD_START_MILLIS = 200;
    /** The other node may look for this one meanwhile. */
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final Dialer dialer;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "doorbell");
        thread.setDaemon(true);
        return thread;
    });

    /** @param settings with the time that an address has to answer */
    public Doorbell(ClientSettings settings, Dialer dialer) {
        this.dialer = dialer.within(settings);
    }

    /**
     * Shows an invitation at the first of the addresses that answers.
     *
     * @throws NobodyThere if none does, in the time that each has; nothing was sent
     * @throws SyncException if one does, and then says nothing or something else
     */
    public Answered join(List<DialTarget> targets, Join join) throws NobodyThere {
        Opened opened = first(targets, dialer::connect);
        try {
            return new Answered(opened.at(), opened.connection().join(join, ANSWER));
        } catch (SyncException e) {
            throw dialer.diagnosed(opened.connection(), e);
        } finally {
            opened.connection().close(ErrorCode.UNSPECIFIED, "that was all");
        }
    }

    /** At which address that node lets this one in; empty if it does at none. */
    public Optional<HostPort> reach(List<DialTarget> targets, NodeId node) {
        try {
            Opened opened = first(targets, dialer::dial);
            opened.connection().close(ErrorCode.UNSPECIFIED, "that was all");
            return opened.connection().session().nodeId().equals(node) ? Optional.of(opened.at()) : Optional.empty();
        } catch (NobodyThere away) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    Opened first(List<DialTarget> targets, Function<DialTarget, ClientConnection> dial) throws NobodyThere {
        List<Tried> tried = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Opened> won = new CompletableFuture<>();
        List<Callable<Opened>> tries = IntStream.range(0, targets.size()).<Callable<Opened>>mapToObj(i -> () -> {
            DialTarget target = targets.get(i);
            TimeUnit.MILLISECONDS.sleep(i * HEAD_START_MILLIS);
            try {
                Opened opened = new Opened(target.address(), dial.apply(target));
                if (!won.complete(opened)) {
                    opened.connection().close(ErrorCode.UNSPECIFIED, "another address was faster, or nobody waits");
                }
                return opened;
            } catch (SyncException e) {
                tried.add(new Tried(target.address(), e));
                throw e;
            } catch (TlsFailure e) {
                tried.add(new Tried(target.address(), new PeerUnreachable(String.valueOf(e.getMessage()), e)));
                throw e;
            }
        }).toList();
        try {
            threads.invokeAny(tries);
            return won.join();
        } catch (ExecutionException | IllegalArgumentException none) {
            throw nobody(won, tried);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw nobody(won, tried);
        }
    }

    /** Nobody waits any more: a connection that was opened meanwhile, or is opened yet, is closed. */
    private static NobodyThere nobody(CompletableFuture<Opened> won, List<Tried> tried) {
        if (!won.cancel(false)) {
            won.join().connection().close(ErrorCode.UNSPECIFIED, "nobody waits any more");
        }
        return new NobodyThere(List.copyOf(tried));
    }
}
