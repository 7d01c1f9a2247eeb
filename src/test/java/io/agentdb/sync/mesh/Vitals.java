package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What a process must not use ever more of, measured again and again. One thread. */
final class Vitals {

    /** @param heapKib in use after a collection, as is {@code buffersKib} outside the heap */
    record Sample(long heapKib, long buffersKib, long threads, long files, long connections) { }

    private final List<Sample> samples = new ArrayList<>();

    Sample measure(long connections) {
        System.gc();
        long buffers = ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class).stream()
                .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed).sum();
        Sample now = new Sample(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10, buffers >> 10,
                ManagementFactory.getThreadMXBean().getThreadCount(), files(), connections);
        samples.add(now);
        return now;
    }

    /** Compares the last third with the one before, by their medians; the first third warms up. */
    void assertNothingGrows() {
        assertThat(samples).as("samples").hasSizeGreaterThanOrEqualTo(9);
        bounded("heap (KiB)", Sample::heapKib, 1.1, 4 << 10);
        bounded("buffers outside the heap (KiB)", Sample::buffersKib, 1.1, 4 << 10);
        bounded("threads", Sample::threads, 1, 3);
        bounded("open files and sockets", Sample::files, 1, 4);
        bounded("connections", Sample::connections, 1, 2);
    }

    private void bounded(String what, ToLongFunction<Sample> value, double factor, long more) {
        int third = samples.size() / 3;
        long before = median(samples.subList(third, 2 * third), value);
        long after = median(samples.subList(2 * third, samples.size()), value);
        assertThat(after).as("%s, which were %d in the second third of %s", what, before, samples)
                .isLessThanOrEqualTo((long) (before * factor) + more);
    }

    private static long median(List<Sample> some, ToLongFunction<Sample> value) {
        return some.stream().mapToLong(value).sorted().skip(some.size() / 2).findFirst().orElseThrow();
    }

    private static long files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount() : 0;
    }
}
