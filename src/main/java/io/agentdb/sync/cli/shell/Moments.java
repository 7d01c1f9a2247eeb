package io.agentdb.sync.cli.shell;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.ITypeConverter;

/** A time as the node takes it; or how long ago it was, such as 5m, by this machine's clock. */
public final class Moments implements ITypeConverter<String> {

    private final Durations durations = new Durations();

    @Override
    public String convert(String given) {
        return !given.matches("\\d+[a-z]+") ? given
                : Instant.now().minus(durations.convert(given)).truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
