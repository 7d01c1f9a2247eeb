package io.agentdb.sync.conversation;

import com.github.f4b6a3.uuid.UuidCreator;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.replica.feed.Selection;
import java.util.Collection;

/** What a conversation is about: selections by name, so that each keeps cursors of its own, and kinds. */
final class Scopes {

    /** What was pushed of everything, beside the cursor of what was passed. */
    static final String SENT = "sent";

    private Scopes() {
    }

    /** @throws ProtocolException if a message is about kinds that were not asked for: nobody has looked whether its sender may */
    static void within(Collection<Kind> asked, Collection<Kind> said, String what) {
        for (Kind kind : said) {
            if (!asked.contains(kind)) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, what + " names " + kind + ", which this request does not");
            }
        }
    }

    /** What a filtered sync has read says nothing about the rest. */
    static String of(Selection selection) {
        return selection.everything() ? "" : UuidCreator.getNameBasedSha1(selection.toString()).toString();
    }
}
