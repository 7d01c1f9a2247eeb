package io.agentdb.sync;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Work beside a test's own, each in a thread of its own. The common pool has one thread on two processors, so that work
 * which waits for other work there would wait for ever; from Java 25 on, it is what {@link CompletableFuture} takes.
 *
 * @see <a href="https://bugs.openjdk.org/browse/JDK-8319447">JDK-8319447</a>
 */
public final class OwnThread {

    private static final Executor EACH = work -> {
        Thread thread = new Thread(work, "beside-a-test");
        thread.setDaemon(true);
        thread.start();
    };

    private OwnThread() {
    }

    public static CompletableFuture<Void> run(Runnable work) {
        return CompletableFuture.runAsync(work, EACH);
    }

    public static <T> CompletableFuture<T> get(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, EACH);
    }
}
