package io.agentdb.sync.mcp;

import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/** Several messages in one request, as of 2025-03-26: carried out one after the other, each answered for itself. */
final class MessageArray {

    /** No client sends more than a few. */
    static final int MOST = 50;
    /** Each may take ten seconds, and the client has long hung up when fifty have. */
    static final Duration LONGEST = Duration.ofSeconds(60);

    private MessageArray() {
    }

    /**
     * @param nanos the time, as {@link System#nanoTime()} has it
     * @return the answers, of those that want one; what would have begun after {@link #LONGEST} is not carried out
     * @throws McpError for none, or too many
     */
    static List<Object> answers(JsonNode array, Function<McpMessage, Optional<Object>> carriedOut, LongSupplier nanos) {
        if (array.isEmpty() || array.size() > MOST) {
            throw McpMessage.invalid("an array has from 1 to " + MOST + " messages, but this one has " + array.size());
        }
        long start = nanos.getAsLong();
        List<Object> answers = new ArrayList<>();
        for (JsonNode one : array) {
            try {
                McpMessage message = McpMessage.read(one);
                if (nanos.getAsLong() - start <= LONGEST.toNanos()) {
                    carriedOut.apply(message).ifPresent(answers::add);
                } else if (message.wantsAnswer()) {
                    throw McpMessage.error(ErrorCodes.INTERNAL_ERROR, "Not carried out: those before it in the array"
                            + " took over " + LONGEST.toSeconds() + " s. Send it again, in a request of its own.");
                }
            } catch (McpError e) {
                answers.add(new RefusedMessage(McpMessage.idOf(one), e));
            }
        }
        return answers;
    }
}
