package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.Printer;
import java.io.Console;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all verbs have. Each returns what the process ends with. */
abstract class Verb {

    private static final long LOOK_MILLIS = 200;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    private @Nullable NodeClient client;

    GlobalOptions options() {
        return (GlobalOptions) spec.root().userObject();
    }

    NodeClient node() {
        if (client == null) {
            client = options().client();
        }
        return client;
    }

    Printer out() {
        return options().printer();
    }

    static int done() {
        return Exit.DONE.status();
    }

    static String path(String prefix, String name) {
        return prefix + NodeClient.encoded(name);
    }

    static String query(Map<String, ? extends @Nullable Object> parameters) {
        return NodeClient.query(parameters);
    }

    /**
     * Looks again and again, as long as the time that was given allows.
     *
     * @param late what to say when that is over
     */
    void await(BooleanSupplier condition, Supplier<String> late) {
        await(condition, late, LOOK_MILLIS);
    }

    /** @param millis between two looks */
    void await(BooleanSupplier condition, Supplier<String> late, long millis) {
        Duration timeout = options().timeout;
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (timeout != null && System.nanoTime() - begun > timeout.toNanos()) {
                throw new CommandFailure(Exit.GOES_ON, late.get());
            }
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(Exit.GOES_ON, late.get());
            }
        }
    }

    /** @throws CommandFailure unless somebody has said --yes or says yes now: without a terminal nobody can be asked */
    void confirm(boolean yes, String what) {
        if (yes) {
            return;
        }
        Console console = System.console();
        if (console == null || !Printer.isTerminal()) {
            throw new CommandFailure(Exit.USAGE, what + " Say --yes if that is meant.");
        }
        String answer = console.readLine("%s [y/N] ", what);
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw new CommandFailure(Exit.USAGE, "Nothing was changed.");
        }
    }
}
