package io.agentdb.sync.example;

import io.agentdb.sync.home.NodeHome;
import java.net.URI;
import java.util.List;

/** What the reader may try while both nodes are up. */
final class NextSteps {

    private NextSteps() {
    }

    static List<String> lines(ExampleNode local, ExampleNode remote, String interval) {
        String here = local.url();
        String there = remote.url();
        URI database = URI.create(local.jdbcUrl().substring("jdbc:".length()));
        return List.of(
                "# Remember something here, and find it there within " + interval + ":",
                "curl -s " + here + "/episodes -H 'Content-Type: application/json' \\",
                "     -d '{\"sessionId\":\"mine\",\"task\":\"Say hello\",\"reward\":1}'",
                "curl -s '" + there + "/episodes?sessionId=mine'",
                "",
                "# Do not wait for the next automatic sync:",
                "curl -s -X POST '" + here + "/sync?wait=true'",
                "",
                "# Look at both nodes:",
                "curl -s " + here + "/status",
                "curl -s " + here + "/digests; curl -s " + there + "/digests",
                "curl -s " + here + "/peers",
                "curl -s " + here + "/actuator/prometheus | grep agentdb_sync",
                "",
                "# Write past the node, and see it arrive at the other all the same:",
                "psql 'postgresql://agentdb@" + database.getAuthority() + database.getPath() + "?passfile="
                        + local.part(NodeHome.class).passfile() + "' \\",
                "     -c \"update episodes set critique = 'by psql' where session_id = 'mine'\"",
                "",
                "The API in a browser: " + here + "/swagger-ui.html");
    }
}
