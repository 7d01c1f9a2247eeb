package io.agentdb.sync.simulation;

/**
 * The rules that keep simulated schedules from losing something. Each can be switched off in a {@link SimulatedNode},
 * outside of the product's code; a simulator that does not notice that proves nothing.
 */
enum Rule {
    /** The feed stops below the oldest open transaction. */
    FENCE(1),
    /** Of actors whose versions may lie above the reader's fence no knowledge is told. */
    TELLING(727),
    /** What was received and not applied is not claimed to be known. */
    PARK(5323),
    /** What waits is remembered: it was not deleted, and a version of ours that has won over it becomes a new event. */
    WAITING(0),
    /** Two picks that meet fall back to latest-wins. */
    CHOICE(59052),
    /** A node that was restored takes a new actor. */
    INCARNATION(153),
    /** The first write on a restored database is a new actor's, whether or not the node has looked. */
    NOTICE(604),
    /** Two nodes count their meetings, so that a copied data directory is noticed. */
    MEETINGS(9176),
    /** What was written between going back and noticing it gets new dots. */
    REWRITE(0),
    /** A version that was known and is not here was deleted. */
    ABSENT(4),
    /** Who stands below a dropped tombstone claims what it holds. */
    CLAIMS(4),
    /** An outcome that is not the later version gets a new dot. */
    MINT(19894),
    /** A deletion that wins gets a new dot: who has forgotten its tombstone counts as knowing the old one. */
    BURIAL(0),
    /** A tombstone that is one side of an open conflict, or of whose record a version is set aside, stays. */
    UNDECIDED(158864),
    /** Nor is our own side of an open conflict told as known: a peer that kept the other one has not taken it in. */
    BESIDE(0),
    /** A record that somebody has locked waits alone. */
    LOCKED(3),
    /** What somebody may not write is not taken from him. */
    PERMITTED(1),
    /** What was not asked for is not taken from who is dialled. */
    ASKED(1),
    /** A version that claims this node's own future, or comes from years ahead, is set aside. */
    CREDIBLE(1),
    /** Who is dialled and says the name of a node that is known from elsewhere is not talked to. */
    ANSWERING(1),
    /** Statistics are kept by who made them. */
    TALLIES(30);

    /** A seed whose schedule fails without the rule: where looking for one begins. */
    final long seed;

    Rule(long seed) {
        this.seed = seed;
    }
}
