package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Compression;
import io.agentdb.sync.protocol.wire.Cursor;
import io.agentdb.sync.protocol.wire.Episode;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.PullRequest;
import io.agentdb.sync.protocol.wire.PushEnd;
import io.agentdb.sync.protocol.wire.PushRequest;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.quic.client.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kwik.core.QuicStream;

/** A client of which nothing is ours but the grammar: another QUIC, the generated messages, zstd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IndependentClientTest {

    private TestNode node;

    @BeforeAll
    void start() {
        node = TestNode.start("served");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void pull_givesContentAndTombstones_andEndsWithFin() throws IOException {
        UUID kept = node.episode("kept");
        UUID deleted = node.episode("deleted");
        node.jdbc().update("delete from episodes where id = ?", deleted);
        node.jdbc().update("insert into skills (name, code) values ('fib', repeat('0123456789', 1000))");
        try (RawClient client = RawClient.connect(node.quicPort())) {
            String feed = client.greet(RawClient.hello()).getWelcome().getActor();
            QuicStream stream = client.stream();
            RawClient.send(stream, Frame.newBuilder().setPullRequest(
                    PullRequest.newBuilder().addFrom(from("episodes", feed))
                    .addFrom(from("skills", feed))).build());
            stream.getOutputStream().close();
            Frame start = RawClient.read(stream);
            assertThat(start.getPullStart().getTotalsList())
                    .extracting(total -> total.getKind() + " " + total.getRecords())
                    .contains("skills 1");
            List<Batch> batches = new ArrayList<>();
            Frame frame = RawClient.read(stream);
            for (; frame.hasBatch(); frame = RawClient.read(stream)) {
                batches.add(frame.getBatch());
            }
            assertThat(frame.hasPullEnd()).isTrue();
            assertThat(frame.getPullEnd().getReachedList()).extracting(KindCursor::getKind)
                    .containsExactly("episodes", "skills");
            assertThat(RawClient.read(stream)).as("FIN").isNull();
            var episodes = records(batches, "episodes").stream()
                    .collect(Collectors.toMap(Record::getId, Function.identity()));
            assertThat(episodes.get(bytes(kept)).getEpisodes().getTask()).isEqualTo("kept");
            assertThat(episodes.get(bytes(kept)).getActor()).isEqualTo(feed);
            assertThat(episodes.get(bytes(deleted)).getContentCase()).isEqualTo(Record.ContentCase.CONTENT_NOT_SET);
            assertThat(batches).filteredOn(batch -> batch.getKind().equals("skills"))
                    .allMatch(batch -> batch.getCompression() == Compression.COMPRESSION_ZSTD);
            assertThat(records(batches, "skills").get(0).getSkills().getCode()).hasSize(10_000).startsWith("01234");
        }
    }

    @Test
    void push_ofOneRecord_isInTheDatabase_withItsActor() throws IOException {
        UUID id = UUID.randomUUID();
        long now = Instant.now().toEpochMilli();
        Record record = Record.newBuilder().setId(bytes(id)).setActor("kwik.abcdefgh").setCounter(1).setXid(7)
                .putContext("kwik.abcdefgh", 1).setHlc(now << 16).setEpisodes(Episode.newBuilder().setTs(now * 1000)
                        .setCreatedAt(now * 1000).setSessionId("kwik's").setTask("from another implementation"))
                        .build();
        ByteString payload = Records.newBuilder().addRecord(record).build().toByteString();
        Batch batch = Batch.newBuilder().setKind("episodes").setRecords(1).setRawBytes(payload.size())
                .setPayload(payload)
                .setNext(Cursor.newBuilder().setFeed("kwik.abcdefgh").setXid(7).setId(bytes(id))).build();
        try (RawClient client = RawClient.welcomed(node.quicPort())) {
            QuicStream stream = client.stream();
            Frame ready = RawClient.ask(stream, Frame.newBuilder()
                    .setPushRequest(PushRequest.newBuilder().addKinds("episodes")).build());
            assertThat(ready.hasPushReady()).isTrue();
            Frame ack = RawClient.ask(stream, Frame.newBuilder().setBatch(batch).build());
            assertThat(ack.getBatchAck().getApplied()).isEqualTo(1);
            assertThat(RawClient.ask(stream, Frame.newBuilder().setPushEnd(PushEnd.newBuilder()).build()).hasPushDone())
                    .isTrue();
            assertThat(RawClient.read(stream)).as("FIN").isNull();
        }
        assertThat(node.jdbc().queryForObject("select task || ' by ' || actor from episodes where id = ?", String.class,
                id))
                .isEqualTo("from another implementation by kwik.abcdefgh");
    }

    private static KindCursor from(String kind, String feed) {
        return KindCursor.newBuilder().setKind(kind).setCursor(
                Cursor.newBuilder().setFeed(feed).setId(bytes(new UUID(0, 0)))).build();
    }

    private static List<Record> records(List<Batch> batches, String kind) throws IOException {
        List<Record> records = new ArrayList<>();
        for (Batch batch : batches) {
            if (batch.getKind().equals(kind)) {
                byte[] payload = batch.getPayload().toByteArray();
                byte[] raw = batch.getCompression() == Compression.COMPRESSION_ZSTD
                        ? Zstd.decompress(payload, batch.getRawBytes()) : payload;
                records.addAll(Records.parseFrom(raw).getRecordList());
            }
        }
        return records;
    }

    private static ByteString bytes(UUID id) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits()).flip());
    }
}
