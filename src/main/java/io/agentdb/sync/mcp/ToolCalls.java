package io.agentdb.sync.mcp;

import io.agentdb.sync.mcp.tool.Agent;
import io.agentdb.sync.mcp.tool.Answer;
import io.agentdb.sync.mcp.tool.Tool;
import io.agentdb.sync.mcp.tool.Toolbox;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.review.conflict.ConflictRefused;
import io.agentdb.sync.web.problem.Breakdown;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Uses tools for agents, and says what came of it: a failure is an answer too, in words that an agent can act by.
 * Thread-safe; blocks for as long as the tool does.
 */
@Component
class ToolCalls {

    /** For rate() and for dashboards alike. */
    private enum Outcome { DONE, REFUSED, FAILED }

    /** A thousand wrong entries make no longer answer than ten. */
    private static final int MOST_FLAWS = 10;

    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final MeterRegistry registry;

    ToolCalls(Toolbox box, McpSettings settings, MeterRegistry registry) {
        this.registry = registry;
        List<String> known = box.tools().stream().map(Tool::name).toList();
        settings.tools().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new UnknownTool(name, known);
        });
        for (Tool tool : box.tools()) {
            if (settings.tools().isEmpty() || settings.tools().contains(tool.name())) {
                tools.put(tool.name(), tool);
                // Named before the first of each happens: rate() sees no increase in a series that begins with it.
                for (Outcome outcome : Outcome.values()) {
                    calls(tool, outcome);
                }
            }
        }
    }

    /** Those that the node offers. */
    List<Tool> tools() {
        return List.copyOf(tools.values());
    }

    Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    static boolean mayUse(Agent agent, Tool tool) {
        return agent.operator() || tool.effect().readOnly();
    }

    CallToolResult call(Tool tool, ObjectNode arguments, Agent agent) {
        if (!mayUse(agent, tool)) {
            return refused(tool, "A viewer may only read: " + tool.name() + " takes an operator's login.");
        }
        try {
            Answer answer = tool.use(arguments, agent);
            calls(tool, Outcome.DONE).increment();
            return CallToolResult.builder().addTextContent(answer.text()).structuredContent(answer.fields())
                    .isError(false).build();
        } catch (InvalidInput e) {
            return refused(tool, words(e));
        } catch (ConflictRefused e) {
            return refused(tool, e.getMessage());
        } catch (RuntimeException e) {
            Breakdown breakdown = Breakdown.of(e, "look whether it is there before you repeat it");
            calls(tool, Outcome.FAILED).increment();
            return error(breakdown.words());
        }
    }

    private static String words(InvalidInput e) {
        List<InvalidInput.Flaw> flaws = e.flaws();
        return flaws.stream().limit(MOST_FLAWS).map(InvalidInput.Flaw::toString).collect(Collectors.joining("; "))
                + (flaws.size() > MOST_FLAWS ? "; and " + (flaws.size() - MOST_FLAWS) + " more" : "");
    }

    private CallToolResult refused(Tool tool, String why) {
        calls(tool, Outcome.REFUSED).increment();
        return error(why);
    }

    private static CallToolResult error(String why) {
        return CallToolResult.builder().addTextContent("❌ Error: " + why).isError(true).build();
    }

    private Counter calls(Tool tool, Outcome outcome) {
        return Counter.builder("agentdb.mcp.calls").tag("tool", tool.name())
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .description("Tools that agents have used over MCP").register(registry);
    }
}
