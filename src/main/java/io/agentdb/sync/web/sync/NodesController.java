package io.agentdb.sync.web.sync;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.Nodes;
import io.agentdb.sync.peers.NodeCredentials;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Other nodes, whether they are peers still or not. */
@RestController
@RequestMapping("/nodes")
@Tag(name = "nodes")
class NodesController {

    private final Nodes nodes;
    private final NodeCredentials credentials;
    private final LocalNode self;

    NodesController(Nodes nodes, NodeCredentials credentials, LocalNode self) {
        this.nodes = nodes;
        this.credentials = credentials;
        this.self = self;
    }

    @GetMapping
    @Operation(operationId = "listNodes", summary =
            "The nodes that this one has synchronized with, how many tombstones wait for each, and by which"
            + " credential it comes")
    List<Nodes.Seen> all() {
        return nodes.all(self.actor());
    }

    @PostMapping("/{id}/retire")
    @Operation(operationId = "retireNode", summary = "Wait no longer for a node that will not come back",
            description = "Tombstones wait until every node has passed them. If a retired node comes back, it reads"
            + " everything anew.")
    ResponseEntity<Void> retire(@PathVariable String id) {
        if (!NodeId.parse(id).map(nodes::retire).orElse(false)) {
            throw Refusal.of(HttpStatus.NOT_FOUND, "unknown-node", "this node has never synchronized with a node '" + id
                    + "', or it is retired already; GET /nodes lists those that it knows");
        }
        return ResponseEntity.noContent().build();
    }

    @DeleteMapping("/{id}/credential")
    @Operation(operationId = "releaseNodeCredential", summary = "Let a node come with another token or certificate",
            description = "The first credential that says a node's id keeps it, and others that say it are refused."
            + " Take the old one away first, or it may be the first again. Takes back as well the token that a join"
            + " has left which came to nothing, and forgets at which peer the node answered.")
    ResponseEntity<Void> release(@PathVariable String id) {
        if (!NodeId.parse(id).map(credentials::release).orElse(false)) {
            throw Refusal.of(HttpStatus.NOT_FOUND, "unknown-node", "no credential keeps the node id '" + id
                    + "', and it has answered at no peer; GET /nodes lists those that are kept");
        }
        return ResponseEntity.noContent().build();
    }
}
