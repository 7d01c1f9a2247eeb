package io.agentdb.sync.bench.relay;

import io.agentdb.sync.bench.Floor;
import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Sizes;
import io.agentdb.sync.bench.warm.Cost;
import io.agentdb.sync.bench.warm.WarmPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A first copy over a long line that loses packets, and the same rows through TLS over TCP on the same line. */
public final class RelayBenchmark {

    private static final Line.Weather CLEAR = new Line.Weather(0, 0, 0, 0);
    private static final Line.Weather FAR = new Line.Weather(25, 0.01, 0, 0);
    /** Its queue holds what the line itself holds: 50 ms. */
    private static final Line.Weather NARROW = new Line.Weather(25, 0.01, 100, 625_000);
    private static final Path CONTROL = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");

    private final Sizes sizes;
    private boolean equal = true;

    public RelayBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @return whether both nodes were equal each time */
    public boolean run() throws IOException, InterruptedException, SQLException {
        if (!Line.possible()) {
            Output.remark("relay is left out: it needs Linux, and root for /dev/net/tun");
            return true;
        }
        try (Line line = new Line();
                WarmPair pair = new WarmPair(sizes, new WarmPair.Hosts(Line.FIRST.own(), Line.FIRST.fromAfar()),
                        new WarmPair.Hosts(Line.SECOND.own(), Line.SECOND.fromAfar()))) {
            line.weather(FAR);
            copy("relay_pull_cold", line, pair, pair::pull);
            over("relay", line, pair);
            line.weather(NARROW);
            over("relay_100_mbit", line, pair);
            // What the line itself costs: nothing else stands in the way.
            line.weather(CLEAR);
            tls("relay_clear_tls", kernels(), false, line, pair);
            copy("relay_clear_pull", line, pair, pair::pull);
            // Last, since it takes longer than all the rest.
            line.weather(FAR);
            tls("relay_tls_zstd_cubic", "cubic", true, line, pair);
            Output.print("relay_equal", equal);
        }
        return equal;
    }

    private void over(String name, Line line, WarmPair pair) throws IOException, InterruptedException, SQLException {
        String control = kernels();
        double best = Math.min(tls(name + "_tls_" + control, control, false, line, pair),
                tls(name + "_tls_zstd_" + control, control, true, line, pair));
        Output.print(name + "_pull_over_tls", copy(name + "_pull", line, pair, pair::pull) / best, "ratio");
        Output.print(name + "_push_over_tls", copy(name + "_push", line, pair, pair::push) / best, "ratio");
    }

    /** What the system has chosen for TCP. */
    private static String kernels() throws IOException {
        return Files.readString(CONTROL).strip();
    }

    private double tls(String name, String control, boolean compressed, Line line, WarmPair pair)
            throws IOException, SQLException {
        line.congestion(control);
        try (TlsPipe pipe = new TlsPipe(compressed); Connection from = pair.first().connect();
                Connection to = pair.second().connect()) {
            double seconds = new Floor(from, to, pipe).seconds();
            Output.print(name + "_seconds", seconds, "s");
            Output.remark("the line after " + name + ": " + line.counts());
            return seconds;
        }
    }

    private double copy(String name, Line line, WarmPair pair, WarmPair.Work sync)
            throws IOException, InterruptedException, SQLException {
        Cost cost = pair.cost(sync);
        Output.print(name + "_seconds", cost.seconds(), "s");
        Output.print(name + "_cpu_seconds", cost.cpuSeconds(), "s");
        Output.remark("the line after " + name + ": " + line.counts());
        equal &= pair.equal();
        pair.empty();
        return cost.seconds();
    }
}
