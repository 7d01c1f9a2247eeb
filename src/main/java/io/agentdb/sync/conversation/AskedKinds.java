package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.ProtocolException;
import java.util.Collection;

/** Holds a conversation to the kinds that it was begun about. */
final class AskedKinds {

    private AskedKinds() {
    }

    /**
     * @throws ProtocolException if a message is about kinds that were not asked for: nobody has looked whether its
     *     sender may
     */
    static void hold(Collection<Kind> asked, Collection<Kind> said, String what) {
        for (Kind kind : said) {
            if (!asked.contains(kind)) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        what + " names " + kind + ", which this request does not");
            }
        }
    }
}
