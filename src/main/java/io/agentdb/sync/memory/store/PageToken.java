package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.Timestamps;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page ended. Opaque to callers, and versioned, so that a token of another release is refused and not misread.
 *
 * @param key the last item's place in its kind's order
 */
public record PageToken(Kind kind, UUID id, String key) {

    private static final String VERSION = "1";

    static PageToken after(Kind kind, MemoryRecord last) {
        return new PageToken(kind, last.id(), PageOrder.key(last));
    }

    /** @throws InvalidInput if this service made no such token for this kind */
    public static PageToken parse(Kind kind, String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            String[] parts = JsonText.utf8(bytes, bytes.length).split("\\|", 4);
            if (parts.length == 4 && parts[0].equals(VERSION) && parts[1].equals(kind.name())) {
                PageToken parsed = new PageToken(kind, FieldLimits.uuid("id", parts[2]), FieldLimits.text("key", parts[3]));
                if (kind == Kind.EPISODES) {
                    Timestamps.of("key", parts[3]);
                }
                return parsed;
            }
        } catch (IllegalArgumentException | InvalidInput e) {
            // Said below: what is wrong inside of it is of no use to the caller.
        }
        throw new InvalidInput("cursor", "is not one of this service's for " + kind + ": "
                + SafeText.quoted(token) + "; take it from \"next\" of the page before");
    }

    @Override
    public String toString() {
        String text = String.join("|", VERSION, kind.name(), id.toString(), key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
