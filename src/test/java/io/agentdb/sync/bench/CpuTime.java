package io.agentdb.sync.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.LongStream;

/**
 * What a node and its PostgreSQL have worked, in milliseconds of a processor. Unlike seconds, that hardly depends on
 * what else runs on the machine. Read from {@code /proc}: of backends that have ended only there anything is left, with
 * their postmaster.
 */
public record CpuTime(long node, long postgres) {

    /** Of the kernel's clock ticks, which are 10 ms on every Linux. */
    private static final long TICK_MILLIS = 10;

    public static CpuTime of(long node, long postmaster) throws IOException {
        long postgres = ended(postmaster);
        LongStream all = LongStream.concat(LongStream.of(postmaster),
                ProcessHandle.of(postmaster).stream().flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid));
        for (long pid : all.toArray()) {
            postgres += running(pid);
        }
        return new CpuTime(running(node), postgres);
    }

    public CpuTime since(CpuTime before) {
        return new CpuTime(node - before.node, postgres - before.postgres);
    }

    public CpuTime and(CpuTime other) {
        return new CpuTime(node + other.node, postgres + other.postgres);
    }

    public long all() {
        return node + postgres;
    }

    static long running(long pid) throws IOException {
        return millis(pid, 13);
    }

    private static long ended(long pid) throws IOException {
        return millis(pid, 15);
    }

    /** User and system time are neighbours; proc(5) counts from one, and the name may hold blanks. */
    private static long millis(long pid, int first) throws IOException {
        String line;
        try {
            line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        } catch (NoSuchFileException ended) {
            // A worker of PostgreSQL's that has gone since it was listed.
            return 0;
        }
        String[] behindName = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(behindName[first - 2]) + Long.parseLong(behindName[first - 1])) * TICK_MILLIS;
    }
}
