package io.agentdb.sync.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.telemetry.TraceParent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The field of a frame that says of which trace a request is a part. */
class TracedRequestTest {

    private static final TraceParent TRACE = new TraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    private static final PushRequest PUSH = new PushRequest(Kind.ALL, Selection.ALL);

    @Test
    void request_bearsItsTrace_andIsTheSameRequest() {
        byte[] body = MessageCodec.encode(PUSH, Set.of(), TRACE);
        assertThat(MessageCodec.trace(body)).contains(TRACE);
        assertThat(MessageCodec.decode(body)).isEqualTo(PUSH);
        assertThat(MessageCodec.trace(MessageCodec.encode(PUSH))).isEmpty();
    }

    /** As a release does that has no such field: it reads the frame without it. */
    @Test
    void releaseThatDoesNotKnowTraces_readsTheRequestAllTheSame() throws IOException {
        byte[] traced = MessageCodec.encode(PUSH, Set.of(), TRACE);
        UnknownFieldSet old = UnknownFieldSet.parseFrom(traced);
        assertThat(old.asMap().keySet()).containsExactlyInAnyOrder(
                Frame.PUSH_REQUEST_FIELD_NUMBER, Frame.TRACEPARENT_FIELD_NUMBER);
        UnknownFieldSet without = UnknownFieldSet.newBuilder()
                .addField(Frame.PUSH_REQUEST_FIELD_NUMBER, old.getField(Frame.PUSH_REQUEST_FIELD_NUMBER)).build();
        assertThat(without.toByteArray()).isEqualTo(MessageCodec.encode(PUSH));
        // What it does not know it may have before and after what it knows.
        assertThat(CodedInputStream.newInstance(traced).readTag()).isEqualTo(Frame.PUSH_REQUEST_FIELD_NUMBER << 3 | 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\u001b[31m"})
    void nonsenseInItsPlace_isNoTrace_andTheRequestCounts(String nonsense) {
        byte[] body = with(nonsense.getBytes(StandardCharsets.UTF_8));
        assertThat(MessageCodec.trace(body)).isEmpty();
        assertThat(MessageCodec.decode(body)).isEqualTo(PUSH);
    }

    @Test
    void muchInItsPlace_isNoTrace() {
        assertThat(MessageCodec.trace(with(new byte[200 << 10]))).isEmpty();
    }

    @Test
    void frameThatIsNone_hasNoTrace() {
        for (int cut = 0; cut < 60; cut++) {
            byte[] body = MessageCodec.encode(PUSH, Set.of(), TRACE);
            assertThat(MessageCodec.trace(java.util.Arrays.copyOf(body, body.length - 1 - cut))).isEmpty();
        }
    }

    @Test
    void answersAndBatches_bearNone() {
        assertThat(MessageCodec.trace(MessageCodec.encode(new Message.PushDone()))).isEmpty();
    }

    private static byte[] with(byte[] text) {
        return UnknownFieldSet.newBuilder()
                .addField(Frame.PUSH_REQUEST_FIELD_NUMBER, field(MessageCodec.encode(PUSH)))
                .addField(Frame.TRACEPARENT_FIELD_NUMBER, Field.newBuilder()
                        .addLengthDelimited(com.google.protobuf.ByteString.copyFrom(text)).build())
                .build().toByteArray();
    }

    private static Field field(byte[] frame) {
        try {
            return UnknownFieldSet.parseFrom(frame).getField(Frame.PUSH_REQUEST_FIELD_NUMBER);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
