package io.agentdb.sync.mcp;

import io.agentdb.sync.mcp.tool.Agent;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.MalformedJson;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.BodyTooLarge;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streamable HTTP without streams and sessions: each POST has a message, or several in an array as of 2025-03-26, and
 * its answer. GET and DELETE, for streams and sessions, are answered 405.
 */
@RestController
@Tag(name = "mcp")
class McpController {

    private final McpTransport transport;
    private final JsonMapper json;

    McpController(McpTransport transport, JsonMapper json) {
        this.transport = transport;
        this.json = json;
    }

    @PostMapping(path = "/mcp", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "mcp", summary = "The tools of this node for agents, over the Model Context Protocol",
            description = "JSON-RPC 2.0 (Streamable HTTP, stateless): initialize, ping, tools/list, tools/call. A"
            + " viewer is told of the tools that only read. Errors are JSON-RPC errors.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(content = @Content(schema = @Schema(type = "object")))
    @ApiResponse(responseCode = "200", description = "The answer", content = @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
    @ApiResponse(responseCode = "202", description = "Nothing to answer", content = @Content)
    @ApiResponse(responseCode = "400", description = "No message of the protocol", content = @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
    @ApiResponse(responseCode = "413", description = "The message is too large", content = @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
    @AnswersWith({200, 202})
    ResponseEntity<byte[]> post(@RequestBody JsonNode body,
            @RequestHeader(name = HttpHeaders.PROTOCOL_VERSION, required = false) @Nullable String version) {
        if (version != null && !transport.protocolVersions().contains(version)) {
            return refused(HttpStatus.BAD_REQUEST, McpMessage.invalid(HttpHeaders.PROTOCOL_VERSION + " is "
                    + SafeText.quoted(version) + ", and this node speaks "
                    + String.join(", ", transport.protocolVersions())));
        }
        Agent agent = agent();
        if (!body.isArray()) {
            McpMessage message = McpMessage.read(body);
            return transport.answer(message, agent).map(answer -> said(HttpStatus.OK, answer))
                    .orElseGet(() -> ResponseEntity.accepted().build());
        }
        List<Object> answers = MessageArray.answers(body, message -> transport.answer(message, agent),
                System::nanoTime);
        return answers.isEmpty() ? ResponseEntity.accepted().build() : said(HttpStatus.OK, answers);
    }

    /** Not by the request, which knows of no user while the API is open to anybody. */
    private static Agent agent() {
        Authentication who = Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication(),
                "nobody comes here without one");
        return new Agent(who.getName(), who.getAuthorities().stream()
                .anyMatch(one -> "ROLE_OPERATOR".equals(one.getAuthority())));
    }

    @ExceptionHandler
    ResponseEntity<byte[]> invalid(McpError e) {
        return refused(HttpStatus.BAD_REQUEST, e);
    }

    @ExceptionHandler
    ResponseEntity<byte[]> unreadable(InvalidInput e) {
        return refused(HttpStatus.BAD_REQUEST, e instanceof MalformedJson
                ? McpMessage.error(ErrorCodes.PARSE_ERROR, "Parse error: " + e.getMessage() + ".")
                : McpMessage.invalid(e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<byte[]> tooLarge(BodyTooLarge e) {
        return refused(HttpStatus.CONTENT_TOO_LARGE, McpMessage.invalid(
                "the message is too large. " + e.getMessage() + " A record has at most 4 MiB"));
    }

    private ResponseEntity<byte[]> refused(HttpStatus status, McpError why) {
        return said(status, new RefusedMessage(null, why));
    }

    private ResponseEntity<byte[]> said(HttpStatus status, Object message) {
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsBytes(message));
    }
}
