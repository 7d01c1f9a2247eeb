package io.agentdb.sync.replica.feed;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that holds the fence back, in any database of the server. What the node's role may not see is null.
 *
 * @param pid of its session; null of a prepared transaction, which has none
 * @param gid the name of a prepared transaction; null of others
 * @param user its role
 * @param client the address that it came from; null if it came through a socket of the machine
 * @param application as its session calls itself
 * @param state such as {@code active}, {@code idle in transaction}, or {@code prepared}
 * @param since when it began
 * @param query its last statement, of which it may be in the middle; at most {@value #SHOWN} characters
 */
public record FenceHolder(@Nullable Integer pid, @Nullable String gid, @Nullable String user, @Nullable String database,
        @Nullable String client, @Nullable String application, @Nullable String state, @Nullable Instant since,
        @Nullable String query) {

    static final int SHOWN = 500;

    private static final Pattern SECRET = Pattern.compile("(?i)password|secret");

    public FenceHolder {
        if (query != null && SECRET.matcher(query).find()) {
            // Whoever may look at this node need not know what others tell the server.
            query = "(not shown, since it may hold a password)";
        }
    }

    /** For people. */
    public String words() {
        return (gid == null ? "process " + pid : "prepared transaction " + gid) + " of " + user + " in database "
                + database;
    }
}
