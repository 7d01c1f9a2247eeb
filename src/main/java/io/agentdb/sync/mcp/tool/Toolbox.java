package io.agentdb.sync.mcp.tool;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** All tools, those for an agent's own memory first. */
@Component
public class Toolbox {

    private final List<Tool> tools;

    Toolbox(EpisodeTools episodes, SkillTools skills, CausalTools causes, RecallTools recall, VectorTools vectors,
            RecordTools records, DeleteTools deletions, SyncTools sync, ConflictTools conflicts) {
        this.tools = Stream.of(episodes, skills, causes, recall, vectors, records, deletions, sync, conflicts)
                .flatMap(set -> set.tools().stream()).toList();
    }

    public List<Tool> tools() {
        return tools;
    }
}
