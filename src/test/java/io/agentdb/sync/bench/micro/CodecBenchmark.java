package io.agentdb.sync.bench.micro;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.codec.MessageCodec;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A batch of episodes to a frame and back, compression included; per record. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {

    private static final int RECORDS = 100;

    /** Rows as PostgreSQL sends them, or fields, which a peer of another release takes. */
    @Param({"rows", "fields"})
    public String form;

    private Message batch;
    private Set<String> understood;
    private byte[] frame;

    @Setup
    public void make() {
        boolean rows = form.equals("rows");
        MicroRecords records = new MicroRecords();
        batch = new Message.Batch(Kind.EPISODES, rows ? records.rows(RECORDS) : records.episodes(RECORDS),
                Optional.empty());
        understood = rows ? Set.copyOf(Limits.CAPABILITIES) : Set.of();
        frame = encode();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public byte[] encode() {
        return MessageCodec.encode(batch, understood);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public Message decode() {
        return MessageCodec.decode(frame);
    }
}
