package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.version.Write;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.version.Actor;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.NoSuchElementException;
import java.util.UUID;

/** Where a page of the quarantine ended. Opaque to callers, and versioned, so that a token of another release is refused. */
public record QuarantineToken(Instant firstAt, QuarantineKey key) {

    private static final String VERSION = "1|quarantine";

    public static QuarantineToken after(Quarantined last) {
        return new QuarantineToken(last.firstAt(), last.key());
    }

    /** @throws InvalidInput if this service made no such token */
    public static QuarantineToken parse(String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1).split("\\|", -1);
            if (parts.length == 7 && VERSION.equals(parts[0] + "|" + parts[1])) {
                return new QuarantineToken(Instant.parse(parts[2]), new QuarantineKey(Kind.named(parts[3]).orElseThrow(), UUID.fromString(parts[4]),
                        new Write(new Actor(parts[5]), Long.parseLong(parts[6]))));
            }
        } catch (IllegalArgumentException | DateTimeException | NoSuchElementException e) {
            // Said below: what is wrong inside of it is of no use to the caller.
        }
        throw new InvalidInput("cursor", "is not one of this service's for the quarantine; take it from \"next\" of the page before");
    }

    @Override
    public String toString() {
        String text = String.join("|", VERSION, firstAt.toString(), key.kind().name(), key.id().toString(), key.write().actor().name(),
                Long.toString(key.write().counter()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
