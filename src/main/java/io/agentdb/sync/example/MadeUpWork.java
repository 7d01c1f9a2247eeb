package io.agentdb.sync.example;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/** Episodes of a busy agent, as lines for an import; the same ones in every run. */
final class MadeUpWork {

    static final int PER_SESSION = 25;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant START = Instant.parse("2026-01-05T08:00:00Z");
    private static final List<String> MODELS = List.of("small", "medium", "large");
    private static final long SECONDS_PER_SESSION = 3_600;
    private static final long SECONDS_PER_EPISODE = 120;

    private MadeUpWork() {
    }

    static String session(int number) {
        return "session-%04d".formatted(number);
    }

    /** @param first the number of the first session */
    static InputStream lines(int first, int episodes) {
        Random random = new Random(first);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int i = 0; i < episodes; i++) {
            String line = JSON.writeValueAsString(episode(first + i / PER_SESSION, i % PER_SESSION, random));
            lines.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new ByteArrayInputStream(lines.toByteArray());
    }

    private static Map<String, Object> episode(int session, int step, Random random) {
        Activity activity = Activity.ALL.get(random.nextInt(Activity.ALL.size()));
        boolean success = random.nextInt(100) < 82;
        double reward = success ? 0.7 + random.nextInt(31) / 100.0 : random.nextInt(45) / 100.0;
        long tokens = 300 + random.nextInt(6_000);
        List<String> tags = new ArrayList<>(activity.tags());
        tags.add(success ? "done" : "retry");
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kind", "episode");
        line.put("ts", START.plusSeconds(session * SECONDS_PER_SESSION + step * SECONDS_PER_EPISODE).toString());
        line.put("sessionId", session(session));
        line.put("task", activity.task().formatted(activity.subjects()
                .get(random.nextInt(activity.subjects().size()))));
        line.put("input", activity.input());
        line.put("output", success ? activity.output() : "gave up after " + (2 + random.nextInt(4)) + " attempts");
        line.put("critique", success ? activity.praise() : activity.blame());
        line.put("reward", Math.round(reward * 100) / 100.0);
        line.put("success", success);
        line.put("latencyMs", 400 + tokens * 3 + random.nextInt(2_000));
        line.put("tokensUsed", tokens);
        line.put("tags", tags);
        line.put("metadata", Map.of("agent", "agent-" + (1 + session % 7), "model",
                MODELS.get(random.nextInt(MODELS.size())), "step", step + 1));
        return line;
    }
}
