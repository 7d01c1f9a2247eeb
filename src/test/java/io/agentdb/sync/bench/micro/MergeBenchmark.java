package io.agentdb.sync.bench.micro;

import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Decision;
import io.agentdb.sync.revision.Revision;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What two versions of a skill that two nodes wrote become, by strategy. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MergeBenchmark {

    private final MicroRecords records = new MicroRecords();
    private final Revision ours = records.skill("here");
    private final Revision theirs = records.skill("there");

    @Benchmark
    public Decision merge() {
        return ConflictStrategy.MERGE.decide(ours, theirs);
    }

    @Benchmark
    public Decision latestWins() {
        return ConflictStrategy.LATEST_WINS.decide(ours, theirs);
    }
}
