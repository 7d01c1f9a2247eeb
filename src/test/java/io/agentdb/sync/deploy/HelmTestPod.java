package io.agentdb.sync.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs what the pod of {@code helm test} runs, against a node on this machine. */
record HelmTestPod(Map<String, Object> pod) {

    record Result(int status, String output) { }

    Result run(int http, int management, String password) throws IOException, InterruptedException {
        Map<String, Object> container = Manifests.containers(pod).get(0);
        Map<String, String> environment = new HashMap<>();
        Manifests.maps(container.get("env")).forEach(variable ->
                environment.put((String) variable.get("name"), (String) variable.get("value")));
        environment.putAll(Map.of("NODE", "127.0.0.1", "HTTP_PORT", "" + http, "MANAGEMENT_PORT", "" + management));
        if (environment.replace("PASSWORD", password) != null) {
            throw new AssertionError("the password stands in the pod");
        }
        ProcessBuilder script = new ProcessBuilder("bash", "-euc", (String) ((List<?>) container.get("args")).get(0))
                .redirectErrorStream(true);
        script.environment().putAll(environment);
        Process running = script.start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(running.waitFor(), output);
    }
}
