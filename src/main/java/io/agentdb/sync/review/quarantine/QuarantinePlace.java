package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.PageToken;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Where a page of the quarantine ended. */
public record QuarantinePlace(Instant firstAt, QuarantineKey key) {

    private static final String LIST = "quarantine";

    static String after(Quarantined last) {
        QuarantineKey key = last.key();
        return PageToken.of(LIST, last.firstAt().toString(), key.kind().name(), key.id().toString(),
                key.write().actor().name(), Long.toString(key.write().counter()));
    }

    /** @throws io.agentdb.sync.memory.InvalidInput if this service made no such token */
    public static QuarantinePlace parse(String token) {
        return PageToken.parse(LIST, 5, QuarantinePlace::read, token);
    }

    private static QuarantinePlace read(List<String> parts) {
        return new QuarantinePlace(Instant.parse(parts.get(0)),
                new QuarantineKey(Kind.named(parts.get(1)).orElseThrow(), UUID.fromString(parts.get(2)),
                        new Write(new Actor(parts.get(3)), Long.parseLong(parts.get(4)))));
    }
}
