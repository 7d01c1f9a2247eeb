package io.agentdb.sync.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a message that is wrong. Not the SDK's, which has none without an id.
 *
 * @param id null of what had none that can be read, as JSON-RPC wants it
 */
record RefusedMessage(String jsonrpc, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Object id,
        JSONRPCError error) {

    RefusedMessage(@Nullable Object id, McpError why) {
        this(McpSchema.JSONRPC_VERSION, id, Objects.requireNonNull(why.getJsonRpcError(), "each of ours has one"));
    }
}
