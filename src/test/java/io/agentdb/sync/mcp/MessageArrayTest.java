package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many slow messages in one request hold its thread no longer than a minute and the last of them. */
class MessageArrayTest {

    @Test
    void messagesAfterAMinute_areNotCarriedOut_andSaidSo_eachByItsId() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
        List<String> done = new ArrayList<>();
        List<Object> answers = MessageArray.answers(JsonText.trusted("""
                [{"jsonrpc":"2.0","id":1,"method":"a"}, {"jsonrpc":"2.0","method":"b"},
                 {"jsonrpc":"2.0","id":3,"method":"c"}, {"jsonrpc":"2.0","method":"d"}]"""), message -> {
            done.add(message.method());
            clock.addAndGet(MessageArray.LONGEST.dividedBy(2).toNanos() + 1);
            return Optional.ofNullable(message.id());
        }, clock::get);
        assertThat(done).containsExactly("a", "b");
        assertThat(answers).hasSize(2).first().isEqualTo(1L);
        assertThat(answers.get(1)).isInstanceOfSatisfying(RefusedMessage.class, refused -> {
            assertThat(refused.id()).isEqualTo(3L);
            assertThat(refused.error().message()).contains("Not carried out", "over 60 s");
        });
    }
}
