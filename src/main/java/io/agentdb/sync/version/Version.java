package io.agentdb.sync.version;

import java.util.Comparator;

/**
 * What replication knows of one version of a record: its dot, its causal context and its hybrid time.
 *
 * @param choice whether one side of a conflict was picked, by a strategy or a person, and not written: of two picks
 *     that meet neither may be preferred by being somebody's own, or two nodes that both keep their own would answer
 *     each other for ever
 */
public record Version(Dot dot, VersionVector context, long hlc, boolean choice) {

    /** The one total order over versions: everywhere the same winner, whatever arrived first. */
    public static final Comparator<Version> LATEST = Comparator.comparingLong(Version::hlc)
            .thenComparing((Version version) -> version.dot().actor())
            .thenComparingLong(version -> version.dot().counter());

    /** @throws IllegalArgumentException if the context lacks the dot: such a version could be dominated by its past */
    public Version {
        if (!context.contains(dot)) {
            throw new IllegalArgumentException("the context " + context.counters() + " lacks its own dot " + dot);
        }
    }

    public Version(Dot dot, VersionVector context, long hlc) {
        this(dot, context, hlc, false);
    }

    public Causality relationTo(Version local) {
        if (dot.sameWrite(local.dot)) {
            return Causality.SAME;
        }
        if (local.context.contains(dot)) {
            return Causality.KNOWN;
        }
        return context.contains(local.dot) ? Causality.NEWER : Causality.CONCURRENT;
    }

    /** This version, also knowing what {@code other} knew; the dot stays. */
    public Version joined(VersionVector other) {
        VersionVector joined = context.join(other);
        return joined == context ? this : new Version(dot, joined, hlc, choice);
    }
}
