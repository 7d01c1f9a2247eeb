package io.agentdb.sync.bench;

import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Two nodes that know each other by address and pinned certificate. */
public record Pair(NodeProcess first, NodeProcess second) {

    public void introduce() throws IOException, InterruptedException {
        introduce(first, second);
        introduce(second, first);
    }

    /** One run, until its report; the wire's bytes are in it. */
    public static JsonNode sync(NodeProcess from, NodeProcess to) throws IOException, InterruptedException {
        try {
            return from.rest().post("/sync?wait=true", Map.of("peer", to.name())).get("runs").get(0).get("report");
        } catch (IllegalStateException failed) {
            Output.remark("the runs of " + from.name() + ": " + from.rest().get("/sync/runs"));
            throw failed;
        }
    }

    public boolean equal() throws IOException, InterruptedException {
        JsonNode digests = first.rest().get("/digests");
        boolean equal = digests.equals(second.rest().get("/digests"));
        if (!equal) {
            Output.remark(first.name() + " holds " + digests);
            Output.remark(second.name() + " holds " + second.rest().get("/digests"));
        }
        return equal;
    }

    private static void introduce(NodeProcess node, NodeProcess peer) throws IOException, InterruptedException {
        introduce(node, peer, peer.quicPort());
    }

    /** By way of a relay that listens at that port. */
    static void introduce(NodeProcess node, NodeProcess peer, int port) throws IOException, InterruptedException {
        introduce(node, peer, "127.0.0.1:" + port);
    }

    /** By way of whatever has that address. */
    public static void introduce(NodeProcess node, NodeProcess peer, String address)
            throws IOException, InterruptedException {
        node.rest().post("/peers", Map.of("name", peer.name(), "address", address, "fingerprint",
                peer.fingerprint()));
    }
}
