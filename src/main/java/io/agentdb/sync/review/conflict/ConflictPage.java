package io.agentdb.sync.review.conflict;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A part of the log.
 *
 * @param next the token of the page that follows; null at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConflictPage(List<ConflictRow> items, @Nullable String next) {

    private static final String TOKEN = "1|conflicts|";

    /**
     * One conflict without its versions' content.
     *
     * @param peer the node that the remote version came from
     * @param local which version was here, as {@code actor:counter}
     * @param remote which one came, likewise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ConflictRow(long id, String kind, UUID record, String peer, String strategy, String outcome, String local, String remote,
            Instant detectedAt, @Nullable Instant resolvedAt, @Nullable String resolution, @Nullable String resolvedBy) { }

    /** @param read one more than the page is to have, if there are that many */
    static ConflictPage of(List<ConflictRow> read, int limit) {
        return read.size() <= limit ? new ConflictPage(read, null)
                : new ConflictPage(List.copyOf(read.subList(0, limit)), token(read.get(limit - 1).id()));
    }

    /**
     * The id after which a page begins.
     *
     * @throws InvalidInput if no page of ours had this token
     */
    public static long after(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1);
            if (text.matches("1\\|conflicts\\|\\d{1,18}")) {
                return Long.parseLong(text.substring(TOKEN.length()));
            }
        } catch (IllegalArgumentException e) {
            // Said below: what is wrong inside of it is of no use to the caller.
        }
        throw new InvalidInput("cursor", "is not one of this service's for conflicts; take it from \"next\" of the page before");
    }

    private static String token(long id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((TOKEN + id).getBytes(StandardCharsets.ISO_8859_1));
    }
}
