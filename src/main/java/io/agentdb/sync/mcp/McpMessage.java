package io.agentdb.sync.mcp;

import io.agentdb.sync.memory.SafeText;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message of a client's (JSON-RPC 2.0), found well-formed.
 *
 * @param id a text or a whole number; null of what wants no answer
 * @param method empty of an answer, which no client owes us
 * @param params an object; null if there are none
 */
record McpMessage(@Nullable Object id, String method, @Nullable ObjectNode params) {

    /** @throws McpError that says what is wrong with it, in our own words */
    static McpMessage read(JsonNode message) {
        if (!(message instanceof ObjectNode object)) {
            throw invalid("a message is a JSON object, but this is " + SafeText.value(message));
        }
        if (!object.path("jsonrpc").asString("").equals("2.0")) {
            throw invalid("jsonrpc must be \"2.0\"");
        }
        Object id = id(object.get("id"));
        if (!object.has("method") && (object.has("result") || object.has("error"))) {
            return new McpMessage(null, "", null);
        }
        if (!object.path("method").isString()) {
            throw invalid("method must be a string, such as \"tools/call\"");
        }
        JsonNode params = object.get("params");
        if (params != null && !params.isObject()) {
            throw invalid("params must be an object");
        }
        return new McpMessage(id, object.get("method").stringValue(), (ObjectNode) params);
    }

    /** The id of a message that is wrong otherwise, as far as it can be read. */
    static @Nullable Object idOf(JsonNode message) {
        try {
            return id(message.get("id"));
        } catch (McpError e) {
            return null;
        }
    }

    private static @Nullable Object id(@Nullable JsonNode id) {
        if (id == null) {
            return null;
        }
        if (id.isString()) {
            return id.stringValue();
        }
        if (id.isIntegralNumber() && id.canConvertToLong()) {
            return id.longValue();
        }
        throw invalid("id must be a string or a whole number");
    }

    boolean wantsAnswer() {
        return id != null && !method.isEmpty();
    }

    static McpError invalid(String why) {
        return error(ErrorCodes.INVALID_REQUEST, "Invalid request: " + why + ".");
    }

    static McpError error(int code, String message) {
        return new McpError(new JSONRPCResponse.JSONRPCError(code, message));
    }
}
