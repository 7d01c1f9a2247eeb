package io.agentdb.sync.ui;

import io.agentdb.sync.coordinator.TestNode;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two nodes that leave conflicts to people, and an operator and a viewer on the pages of the first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class WithDesk {

    TestNode a;
    TestNode b;
    PageReader olga;
    PageReader victor;

    @BeforeAll
    void start() throws Exception {
        a = TestNode.start("deskhere", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.sync.conflict-strategy=manual")).toArray(String[]::new));
        b = TestNode.start("deskthere");
        olga = new PageReader(a).signedIn("olga", "olgas");
        victor = new PageReader(a).signedIn("victor", "victors");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    /** Of the record's newest conflict. */
    final long id(UUID record) {
        return a.jdbc().queryForObject("select max(id) from conflicts where record_id = ?", Long.class, record);
    }
}
