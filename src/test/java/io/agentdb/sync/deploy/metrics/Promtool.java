package io.agentdb.sync.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Prometheus' own judge of rules and metrics. Where it is not installed, its tests are left out, except in CI, where
 * they fail.
 */
final class Promtool {

    private Promtool() {
    }

    /** @return what it says; it must find nothing wrong */
    static String check(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = start(command);
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            String what = "promtool is not there: install Prometheus (Debian's package 'prometheus') to have alerts"
                    + " and metrics checked";
            if (Boolean.getBoolean("CI") || Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException(what, e);
            }
            return abort(what);
        }
    }
}
