package io.agentdb.sync.sync;

import io.agentdb.sync.protocol.Sendable;
import io.agentdb.sync.protocol.UnknownFields;
import io.agentdb.sync.replica.ChangeApplier;
import io.agentdb.sync.replica.FieldRecognition;
import io.agentdb.sync.replica.QuarantineReplay;
import io.agentdb.sync.replica.QuarantineTable;
import io.agentdb.sync.replica.Transactions;
import io.agentdb.sync.replica.UnsentTable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Puts the phases of a run together, and gives replication what it has to know of the wire. */
@Configuration(proxyBeanMethods = false)
class SyncConfiguration {

    @Bean
    PeerSync peerSync(Conversation conversation, Push push, Pull pull, Claiming claiming) {
        return new PeerSync(conversation, push, pull, claiming);
    }

    @Bean
    FieldRecognition fieldRecognition() {
        return new FieldRecognition(UnknownFields.known(), UnknownFields::recognized);
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
