package io.agentdb.sync;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnThreadTest {

    @Test
    void whatWaits_keepsNobodyWaiting() throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        List<CompletableFuture<Void>> waiting = IntStream.range(0, 20)
                .mapToObj(i -> OwnThread.run(() -> {
                    try {
                        last.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })).toList();
        assertThat(OwnThread.get(() -> {
            last.countDown();
            return "done";
        }).join()).isEqualTo("done");
        waiting.forEach(CompletableFuture::join);
    }

    @Test
    void nothing_waitsInTheCommonPool() {
        noClasses().should().callMethod(CompletableFuture.class, "runAsync", Runnable.class)
                .orShould().callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
                .because("it has one thread on two processors: take OwnThread, or an executor")
                .check(new ClassFileImporter().importPackages("io.agentdb.sync"));
    }
}
