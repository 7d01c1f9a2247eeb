package io.agentdb.sync.mcp;

import io.agentdb.sync.mcp.tool.Agent;
import io.agentdb.sync.mcp.tool.Tool;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Nearest;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.web.problem.Breakdown;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * Between the endpoint and the SDK's server: whatever the SDK would answer with the names of its classes is looked at
 * before. Thread-safe; blocks for as long as a tool does.
 */
@Component
class McpTransport implements McpStatelessServerTransport {

    /** In what the SDK hands on to a tool. */
    static final String AGENT = "agent";
    static final String ARGUMENTS = "arguments";

    private static final List<String> VERSIONS = List.of(ProtocolVersions.MCP_2024_11_05,
            ProtocolVersions.MCP_2025_03_26, ProtocolVersions.MCP_2025_06_18, ProtocolVersions.MCP_2025_11_25);

    private final ToolCalls calls;
    private volatile @Nullable McpStatelessServerHandler handler;

    McpTransport(ToolCalls calls) {
        this.calls = calls;
    }

    @Override
    public void setMcpHandler(McpStatelessServerHandler handler) {
        this.handler = handler;
    }

    /** Oldest first: who asks for another one is offered the last. */
    @Override
    public List<String> protocolVersions() {
        return VERSIONS;
    }

    /** Empty: what is under way is the container's to wait for. */
    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    /** Empty of what wants no answer. */
    Optional<Object> answer(McpMessage message, Agent agent) {
        if (!message.wantsAnswer()) {
            return Optional.empty();
        }
        Object id = Objects.requireNonNull(message.id(), "it wants an answer");
        try {
            return Optional.of(answered(id, message, agent));
        } catch (McpError e) {
            return Optional.of(new RefusedMessage(id, e));
        } catch (RuntimeException e) {
            return Optional.of(new RefusedMessage(id, McpMessage.error(ErrorCodes.INTERNAL_ERROR,
                    Breakdown.of(e, "look whether it is there before you repeat it").words())));
        }
    }

    private JSONRPCResponse answered(Object id, McpMessage message, Agent agent) {
        Map<String, Object> context = new HashMap<>(Map.of(AGENT, agent));
        Object params = message.params();
        if (message.method().equals(McpSchema.METHOD_TOOLS_CALL)) {
            Tool tool = tool(message);
            // Past the SDK, which would make doubles of all numbers and a second copy of every text.
            context.put(ARGUMENTS, arguments(message));
            params = Map.of("name", tool.name());
        }
        JSONRPCResponse response = Objects.requireNonNull(handler, "set when the server is made")
                .handleRequest(McpTransportContext.create(context),
                        new JSONRPCRequest(McpSchema.JSONRPC_VERSION, message.method(), id, params)).block();
        boolean misread = response != null && response.error() != null
                && response.error().code() == ErrorCodes.INTERNAL_ERROR;
        if (response == null || misread) {
            // No tool throws, so what it could not do was to read the parameters.
            throw invalidParams(message.method().equals(McpSchema.METHOD_INITIALIZE)
                    ? "initialize takes protocolVersion (a string), capabilities (an object) and clientInfo"
                    + " ({name, version})" : "they are not those of this method");
        }
        if (response.error() != null && response.error().code() == ErrorCodes.METHOD_NOT_FOUND) {
            throw McpMessage.error(ErrorCodes.METHOD_NOT_FOUND, "There is no method "
                    + SafeText.quoted(message.method()) + ": this server has initialize, ping, tools/list and"
                    + " tools/call.");
        }
        return response;
    }

    private Tool tool(McpMessage message) {
        ObjectNode params = message.params();
        if (params == null || !params.path("name").isString()) {
            throw invalidParams("tools/call takes name (a string) and arguments (an object)");
        }
        String name = params.get("name").stringValue();
        return calls.find(name).orElseThrow(() -> {
            List<String> names = calls.tools().stream().map(Tool::name).toList();
            return invalidParams("there is no tool " + SafeText.quoted(name) + Nearest.hint(name, names)
                    + "; there are " + String.join(", ", names));
        });
    }

    private static ObjectNode arguments(McpMessage message) {
        ObjectNode params = Objects.requireNonNull(message.params(), "it has a name");
        if (!params.hasNonNull("arguments")) {
            return JsonText.MAPPER.createObjectNode();
        }
        if (params.get("arguments") instanceof ObjectNode arguments) {
            return arguments;
        }
        throw invalidParams("arguments must be an object, but is " + SafeText.value(params.get("arguments")));
    }

    private static McpError invalidParams(String why) {
        return McpMessage.error(ErrorCodes.INVALID_PARAMS, "Invalid params: " + why + ".");
    }
}
