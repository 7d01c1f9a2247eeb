package io.agentdb.sync.run;

/**
 * What a run would do with one kind, by what both sides hold.
 *
 * @param push records that the peer would get, deletions among them
 * @param pull records that this node would get, deletions among them
 * @param deletedThere how many of the first would be deleted there
 * @param deletedHere how many of the second would be deleted here
 * @param bothChanged records that both sides changed without knowing of each other
 * @param damaged records with the same version and different content: no run changes them, a comparison names them
 * @param unexamined records that differ beyond those that one comparison looks at
 */
public record Forecast(String kind, long push, long pull, long deletedThere, long deletedHere, long bothChanged,
        long damaged, long unexamined) {
}
