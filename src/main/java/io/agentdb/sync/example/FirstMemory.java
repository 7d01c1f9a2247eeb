package io.agentdb.sync.example;

import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;

/** The episode and the skill with which AgentDB's own example begins. */
final class FirstMemory {

    private static final String EPISODE_TEXT = """
            {"sessionId": "test-session", "task": "Calculate fibonacci", "input": "n=10", "output": "55",
             "critique": "Efficient implementation", "reward": 1.0, "success": true,
             "latencyMs": 150, "tokensUsed": 200,
             "tags": ["math", "algorithm"]}
            """;
    private static final String SKILL_TEXT = """
            {"name": "fibonacci", "description": "Calculate fibonacci numbers",
             "signature": {"inputs": {"n": "number"}, "outputs": {"result": "number"}},
             "successRate": 1, "uses": 5, "avgReward": 0.95, "avgLatencyMs": 100}
            """;

    private FirstMemory() {
    }

    static void remember(ExampleNode side) {
        side.memory().create(Shape.EPISODES, Edits.created(Shape.EPISODES, JsonText.object(EPISODE_TEXT)));
        side.memory().create(Shape.SKILLS, Edits.created(Shape.SKILLS, JsonText.object(SKILL_TEXT)));
    }
}
