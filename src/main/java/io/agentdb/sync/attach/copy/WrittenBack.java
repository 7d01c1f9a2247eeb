package io.agentdb.sync.attach.copy;

/**
 * What stands in the file now.
 *
 * @param backup the file as it was before, beside it
 * @param edgesLeftOut edges for which AgentDB has no table
 * @param embeddings whose the file's embeddings are: a model's name, or {@code mock}
 */
public record WrittenBack(String path, String backup, long episodes, long skills, long links, long causalEdges,
        long edgesLeftOut, String embeddings) {
}
