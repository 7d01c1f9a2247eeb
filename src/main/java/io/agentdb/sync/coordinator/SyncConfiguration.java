package io.agentdb.sync.coordinator;

import io.agentdb.sync.conversation.ClaimClient;
import io.agentdb.sync.conversation.PullClient;
import io.agentdb.sync.conversation.PushClient;
import io.agentdb.sync.protocol.codec.Sendable;
import io.agentdb.sync.protocol.codec.UnknownFields;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.feed.UnsentTable;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.UnknownFieldMigration;
import io.agentdb.sync.review.quarantine.QuarantineReplay;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import io.agentdb.sync.run.RetryingRequests;
import io.agentdb.sync.telemetry.Observations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Puts the phases of a run together, and gives replication what it has to know of the wire. */
@Configuration(proxyBeanMethods = false)
class SyncConfiguration {

    @Bean
    PeerSync peerSync(RetryingRequests conversation, PushClient push, PullClient pull, ClaimClient claiming,
            Observations observations) {
        return new PeerSync(conversation, push, pull, claiming, observations);
    }

    @Bean
    UnknownFieldMigration fieldRecognition() {
        return new UnknownFieldMigration(UnknownFields.known(), UnknownFields::recognized);
    }

    @Bean
    UnsentTable unsent(JdbcTemplate jdbc) {
        return new UnsentTable(jdbc, Sendable::obstacle);
    }

    @Bean
    QuarantineReplay quarantineReplay(Transactions transactions, ChangeApplier applier, QuarantineTable table) {
        return new QuarantineReplay(transactions, applier, table, UnknownFields::readAgain);
    }
}
