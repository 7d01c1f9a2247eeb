package io.agentdb.sync.sync;

/**
 * The rules that keep simulated schedules from losing something. Each can be switched off in a {@link SimulatedNode}, outside of the
 * product's code; a simulator that does not notice that proves nothing.
 */
enum Rule {
    /** The feed stops below the oldest open transaction. */
    FENCE,
    /** Knowledge is told once the reader has read past everything that was there when it was put down. */
    TELLING,
    /** What was received and not applied is not claimed to be known. */
    PARK,
    /** What waits is remembered: it was not deleted, and a version of ours that has won over it becomes a new event. */
    WAITING,
    /** Two picks that meet fall back to latest-wins. */
    CHOICE,
    /** A node that was restored takes a new actor. */
    INCARNATION,
    /** Two nodes count their meetings, so that a copied data directory is noticed. */
    MEETINGS,
    /** What was written between going back and noticing it gets new dots. */
    REWRITE,
    /** A version that was known and is not here was deleted. */
    ABSENT,
    /** Who stands below a dropped tombstone claims what it holds. */
    CLAIMS,
    /** An outcome that is not the later version gets a new dot. */
    MINT,
    /** Statistics are kept by who made them. */
    TALLIES
}
