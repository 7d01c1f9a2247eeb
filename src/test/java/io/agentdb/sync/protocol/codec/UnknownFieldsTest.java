package io.agentdb.sync.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.Episode;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.revision.Revision;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnknownFieldsTest {

    private static final UnknownFieldSet LATER = UnknownFieldSet.newBuilder()
            .addField(100, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("mood: good"))
                    .build())
            .addField(101, UnknownFieldSet.Field.newBuilder().addVarint(7).addVarint(8).build()).build();

    private final Samples some = new Samples(new Random(1));

    @Test
    void fieldsOfALaterRelease_arePassedOnAsTheyCame() throws java.io.IOException {
        Revision revision = some.episode(10);
        Record known = RecordCodec.of(Kind.EPISODES).encode(revision, true);
        Record later = known.toBuilder().setEpisodes(known.getEpisodes().toBuilder().setUnknownFields(LATER)).build();
        Revision decoded = RecordCodec.of(Kind.EPISODES).decode(later.toByteString());
        assertThat(RecordCodec.of(Kind.EPISODES).encode(decoded, true)).isEqualTo(later);
        assertThat(decoded.content().values()).isEqualTo(revision.content().values());
        assertThat(decoded.content()).as("another content: it says more").isNotEqualTo(revision.content());
    }

    @Test
    void whatTheNextReleaseKnows_movesIntoItsColumn_andTheRestStays() {
        String kept = UnknownFields.text(LATER.toBuilder()
                .mergeFrom(UnknownFieldSet.newBuilder().addField(
                        Episode.CRITIQUE_FIELD_NUMBER, UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("better")).build()).build()).build());
        Content recognized = UnknownFields.recognized(Kind.EPISODES, with("critique", null, kept));
        assertThat(recognized.get(Kind.EPISODES.indexOf("critique"))).isEqualTo("better");
        assertThat(recognized.unknown()).isEqualTo(UnknownFields.text(LATER));
    }

    @Test
    void whatStandsInTheColumnAlready_isNotOverwritten() {
        String kept = UnknownFields.text(UnknownFieldSet.newBuilder().addField(Episode.CRITIQUE_FIELD_NUMBER,
                UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("old")).build()).build());
        Content recognized = UnknownFields.recognized(Kind.EPISODES, with("critique", "new", kept));
        assertThat(recognized.get(Kind.EPISODES.indexOf("critique"))).isEqualTo("new");
        assertThat(recognized.unknown()).isNull();
    }

    @Test
    void aValueThatNoRecordMayHave_isRefused() {
        String kept = UnknownFields.text(UnknownFieldSet.newBuilder().addField(Episode.REWARD_FIELD_NUMBER,
                UnknownFieldSet.Field.newBuilder().addFixed64(Double.doubleToLongBits(Double.NaN)).build()).build());
        assertThatThrownBy(() -> UnknownFields.recognized(Kind.EPISODES, with("reward", null, kept)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("reward");
    }

    private Content with(String column, Object value, String unknown) {
        Object[] values = some.episode(10).content().values().toArray();
        values[Kind.EPISODES.indexOf(column)] = value;
        return new Content(Arrays.asList(values), unknown);
    }
}
