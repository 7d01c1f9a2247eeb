package io.agentdb.sync.bench.micro;

import io.agentdb.sync.version.Causality;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How two versions of one record stand to one another, with as many actors in their contexts. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VersionBenchmark {

    @Param({"1", "10", "100"})
    public int actors;

    private VersionVector older;
    private VersionVector newer;
    private Version local;
    private Version concurrent;

    @Setup
    public void make() {
        older = MicroRecords.context(actors, 1_000);
        newer = MicroRecords.context(actors, 2_000);
        local = version("here");
        concurrent = version("there");
    }

    @Benchmark
    public boolean contains() {
        return newer.contains(older);
    }

    @Benchmark
    public VersionVector joinOfWhatIsKnown() {
        return newer.join(older);
    }

    @Benchmark
    public VersionVector joinOfWhatIsNew() {
        return older.join(newer);
    }

    @Benchmark
    public Causality relationOfConcurrentOnes() {
        return concurrent.relationTo(local);
    }

    private Version version(String node) {
        Dot dot = new Dot(MicroRecords.actor(node), 1, 1);
        return new Version(dot, older.with(dot), 1);
    }
}
