package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.quic.client.RawClient;
import io.netty.incubator.codec.quic.QuicConnectionIdGenerator;
import io.netty.incubator.codec.quic.QuicResetTokenGenerator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stranger who sees the packets of a connection cannot end it by what he sees. */
class ResetTokenTest {

    private static final int TOKEN = 16;

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    /** What the codec does by itself, and why: without this, the other tests would show nothing. */
    @Test
    void codecsOwnToken_isTheBeginningOfTheNextId() {
        byte[] id = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] next = bytes(QuicConnectionIdGenerator.signGenerator().newId(ByteBuffer.wrap(id), 20));
        assertThat(bytes(QuicResetTokenGenerator.signGenerator().newResetToken(ByteBuffer.wrap(id))))
                .isEqualTo(Arrays.copyOf(next, TOKEN));
    }

    @Test
    void token_isOfTheIdAlone_withAKeyOfThisListener() {
        ResetToken one = new ResetToken();
        byte[] id = {1, 2, 3, 4, 5, 6, 7, 8};
        assertThat(bytes(one.newResetToken(ByteBuffer.wrap(id)))).hasSize(TOKEN)
                .isEqualTo(bytes(one.newResetToken(ByteBuffer.wrap(id))))
                .isNotEqualTo(bytes(one.newResetToken(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 9}))))
                .isNotEqualTo(bytes(new ResetToken().newResetToken(ByteBuffer.wrap(id))));
    }

    /** As another implementation of QUIC gets them. */
    @Test
    void announcedTokens_areNeitherInAnId_norMadeWithTheKeyOfIds() {
        QuicServer server = loopback.server();
        try (RawClient client = RawClient.connect(server.port())) {
            await().until(() -> !client.resetTokens().isEmpty());
            Map<ByteBuffer, byte[]> tokens = client.resetTokens();
            tokens.forEach((id, token) -> {
                assertThat(token).hasSize(TOKEN).isNotEqualTo(bytes(QuicConnectionIdGenerator.signGenerator()
                        .newId(id.duplicate(), TOKEN)));
                assertThat(client.connectionIds()).isNotEmpty().allSatisfy(seen ->
                        assertThat(Arrays.copyOf(seen, TOKEN)).isNotEqualTo(token));
            });
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
