package io.agentdb.sync.quic;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Samples;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Compression;
import io.agentdb.sync.protocol.wire.Cursor;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.Ping;
import io.agentdb.sync.protocol.wire.PullRequest;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.replica.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tech.kwik.core.QuicStream;

/** docs/protocol.md and the .proto are enough to write a client: this one uses another QUIC implementation and none of our codec. */
class IndependentClientTest {

    private final Samples some = new Samples(new Random(11));
    private final List<List<Revision>> served = IntStream.range(0, 20)
            .mapToObj(i -> IntStream.range(0, 20).mapToObj(j -> some.episode(2_000)).toList()).toList();
    private final Loopback loopback = new Loopback();

    /** The node under test. @return its UDP port */
    private int startNode() {
        return loopback.server(Handlers.feed(served)).port();
    }

    @AfterEach
    void stopNode() {
        loopback.close();
    }

    @Test
    void hello_pullAndPing_workWithTheDocumentAlone() throws Exception {
        try (Stranger stranger = new Stranger(startNode(), Limits.ALPN)) {
            QuicStream control = stranger.open();
            Stranger.write(control, Frame.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(1).setNodeId("kwik")
                    .setActor("kwik.aaaaaaaa").addCapabilities("zstd").setClockMicros(System.currentTimeMillis() * 1_000)).build());
            Frame welcome = Stranger.read(control);
            assertThat(welcome.getBodyCase()).isEqualTo(Frame.BodyCase.WELCOME);

            QuicStream request = stranger.open();
            Stranger.write(request, pull(welcome.getWelcome().getActor()));
            request.getOutputStream().close();
            assertThat(Stranger.read(request).getPullStart().getTotals(0).getRecords()).isEqualTo(20);
            List<Record> records = new ArrayList<>();
            Frame frame = Stranger.read(request);
            for (; frame.hasBatch(); frame = Stranger.read(request)) {
                records.addAll(records(frame.getBatch()));
            }
            assertThat(frame.hasPullEnd()).isTrue();
            assertThat(Stranger.read(request)).isNull();
            assertThat(records).hasSize(400).allMatch(record -> record.getContextMap().get(record.getActor()) >= record.getCounter());
            assertThat(records.get(399).getEpisodes().getTask()).isEqualTo(served.get(19).get(19).content().get(2));

            Stranger.write(control, Frame.newBuilder().setPing(Ping.newBuilder().setNonce(7)).build());
            assertThat(Stranger.read(control).getPong().getNonce()).isEqualTo(7);
            QuicStream ping = stranger.open();
            Stranger.write(ping, Frame.newBuilder().setPing(Ping.newBuilder().setNonce(8)).build());
            ping.getOutputStream().close();
            assertThat(Stranger.read(ping).getPong().getNonce()).isEqualTo(8);
        }
    }

    private static Frame pull(String feed) {
        return Frame.newBuilder().setPullRequest(PullRequest.newBuilder().addFrom(KindCursor.newBuilder().setKind("episodes")
                .setCursor(Cursor.newBuilder().setFeed(feed).setXid(0).setId(ByteString.copyFrom(new byte[16]))))).build();
    }

    private static List<Record> records(Batch batch) throws Exception {
        byte[] payload = batch.getPayload().toByteArray();
        if (batch.getCompression() == Compression.COMPRESSION_ZSTD) {
            payload = Zstd.decompress(payload, batch.getRawBytes());
        }
        List<Record> records = Records.parseFrom(payload).getRecordList();
        assertThat(records).hasSize(batch.getRecords());
        return records;
    }
}
