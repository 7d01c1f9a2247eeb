package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Abbreviated;
import io.agentdb.sync.memory.Item;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryException;
import io.agentdb.sync.memory.input.Moments;
import io.agentdb.sync.memory.input.Rules;
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

    static PageToken after(Kind kind, Item last) {
        return new PageToken(kind, last.id(), PageOrder.key(last));
    }

    /** @throws MemoryException if this service made no such token for this kind */
    public static PageToken parse(Kind kind, String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            String[] parts = JsonText.utf8(bytes, bytes.length).split("\\|", 4);
            if (parts.length == 4 && parts[0].equals(VERSION) && parts[1].equals(kind.name())) {
                PageToken parsed = new PageToken(kind, Rules.uuid("id", parts[2]), Rules.text("key", parts[3]));
                if (kind == Kind.EPISODES) {
                    Moments.of("key", parts[3]);
                }
                return parsed;
            }
        } catch (IllegalArgumentException | MemoryException e) {
            // Said below: what is wrong inside of it is of no use to the caller.
        }
        throw new MemoryException("cursor", "is not one of this service's for " + kind + ": "
                + Abbreviated.quoted(token) + "; take it from \"next\" of the page before");
    }

    @Override
    public String toString() {
        String text = String.join("|", VERSION, kind.name(), id.toString(), key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
