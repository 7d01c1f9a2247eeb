package io.agentdb.sync.protocol;

import java.util.Optional;

/**
 * Answers one type of request. There is one handler per request message.
 *
 * <p>Runs on a bounded worker executor, where it may block. The caller closes the exchange, and turns what is thrown
 * into a {@link Message.Failure}: a {@link PeerRejected} or {@link ProtocolException} with its own code and message,
 * anything else as INTERNAL without details, which are logged here.
 */
public interface RequestHandler<R extends Message.Request> {

    Class<R> request();

    void handle(R request, Exchange exchange);

    /**
     * Answers a request that may ask to stay open.
     *
     * @return how it goes on; empty if all is said
     */
    default Optional<StandingRequest> open(R request, Exchange exchange) {
        handle(request, exchange);
        return Optional.empty();
    }
}
