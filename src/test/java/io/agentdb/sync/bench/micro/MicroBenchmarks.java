package io.agentdb.sync.bench.micro;

import io.agentdb.sync.bench.Output;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs all of this package, one fork each, and prints the means as the benchmark's lines. */
public final class MicroBenchmarks {

    public void run() {
        Options options = new OptionsBuilder().include(getClass().getPackageName()).forks(1).warmupIterations(5)
                .warmupTime(TimeValue.seconds(1)).measurementIterations(5).measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true).verbosity(VerboseMode.SILENT).addProfiler("gc").build();
        try {
            for (RunResult run : new Runner(options).run()) {
                String name = "micro_" + run.getPrimaryResult().getLabel() + run.getParams().getParamsKeys().stream()
                        .map(key -> "_" + run.getParams().getParam(key)).collect(Collectors.joining());
                print(name, run.getPrimaryResult());
                print(name + "_allocated", run.getSecondaryResults().get("gc.alloc.rate.norm"));
            }
        } catch (RunnerException failed) {
            throw new IllegalStateException("the micro-benchmarks fail", failed);
        }
    }

    private static void print(String name, Result<?> result) {
        Output.print(name, result.getScore(), result.getScoreUnit());
    }
}
