package io.agentdb.sync.web.clients;

import io.agentdb.sync.admission.BlockedClients;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Who is connected, and sending clients away. */
@RestController
@Tag(name = "clients")
class ClientsController {

    /**
     * What {@code GET} shows of one is such a body: the client is the path's, and when it was blocked is only to be
     * read.
     */
    record BlockRequest(@Nullable String client, @Nullable String reason,
            @Schema(accessMode = Schema.AccessMode.READ_ONLY) @Nullable Instant blockedAt) { }

    private final BlockedClients blocked;
    private final NodeClients clients;

    ClientsController(BlockedClients blocked, NodeClients clients) {
        this.blocked = blocked;
        this.clients = clients;
    }

    @GetMapping("/connections")
    @Operation(operationId = "listConnections", summary = "Open QUIC connections, in both directions",
            description = "Of all processes of this node; those of others than the one that answers are as they were"
            + " some seconds ago, a thousand of each at most.")
    List<NodeConnection> connections() {
        return clients.connections();
    }

    @GetMapping("/rate-limits")
    @Operation(operationId = "listRateLimits",
            summary = "What is left to each client in this minute, and how often it had to wait",
            description = "In each process of this node: a client that spreads its requests over several has as much on"
            + " each.")
    List<ClientUsage> rateLimits() {
        return clients.usage();
    }

    @DeleteMapping("/connections/{id}")
    @Operation(operationId = "closeConnection", summary = "Close a connection", description =
            "202 if it is another process's, which closes it within seconds. Its client may connect again, unless it is"
            + " blocked.")
    @AnswersWith({202, 204})
    ResponseEntity<Void> close(@PathVariable String id) {
        return switch (clients.close(id)) {
            case CLOSED -> ResponseEntity.noContent().build();
            case ASKED_FOR -> ResponseEntity.accepted().build();
            case UNKNOWN -> throw Refusal.of(HttpStatus.NOT_FOUND, "unknown-connection",
                    "there is no connection '" + id + "'; GET /connections lists them");
        };
    }

    @GetMapping("/blocked")
    @Operation(operationId = "listBlocked", summary = "The clients that are not let in")
    List<BlockedClients.Blocked> all() {
        return blocked.all();
    }

    @PutMapping("/blocked/{client}")
    @Operation(operationId = "blockClient", summary = "Let a client in no more, and close its connections",
            description = "By the name of its token or certificate, as GET /connections shows it, or by its address"
            + " without a port.")
    ResponseEntity<Void> block(@PathVariable String client,
            @RequestBody(required = false) @Nullable BlockRequest body) {
        if (client.length() > 255) {
            throw Refusal.badRequest("a client's name or address has at most 255 characters");
        }
        if (body != null && body.client() != null && !body.client().equals(client)) {
            throw Refusal.badRequest("the body names client '" + body.client() + "', the path '" + client + "'");
        }
        blocked.block(client, body == null ? null : body.reason());
        return ResponseEntity.noContent().build();
    }

    @DeleteMapping("/blocked/{client}")
    @Operation(operationId = "unblockClient", summary = "Let a client in again")
    ResponseEntity<Void> lift(@PathVariable String client) {
        if (!blocked.lift(client)) {
            throw Refusal.of(HttpStatus.NOT_FOUND, "unknown-client",
                    "'" + client + "' is not blocked; GET /blocked lists who is");
        }
        return ResponseEntity.noContent().build();
    }
}
