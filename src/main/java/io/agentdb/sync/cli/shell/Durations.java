package io.agentdb.sync.cli.shell;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** 500ms, 30s, 5m, 1h, 2d. */
public final class Durations implements ITypeConverter<Duration> {

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    @Override
    public Duration convert(String given) {
        Matcher read = SHAPE.matcher(given);
        if (!read.matches()) {
            throw new TypeConversionException("'" + given + "' is no time: write 500ms, 30s, 5m, 1h or 2d");
        }
        long number = Long.parseLong(read.group(1));
        return switch (read.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
