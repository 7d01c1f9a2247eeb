package io.agentdb.sync.quic.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.wire.Cursor;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.Ping;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.agentdb.sync.quic.tls.TlsFailureAnalyzer;
import io.agentdb.sync.replica.feed.Selection;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tech.kwik.core.QuicStream;
import tech.kwik.core.StreamClosedException;

/** What a listener refuses beyond the hello, in words that help, while it goes on serving. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(20)
class RefusalTest {

    private final Loopback net = new Loopback();
    private Path directory;
    private QuicServer server;
    private RawClient silent;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        server = net.server(new StoppingHandler());
        silent = RawClient.connect(server.port());
    }

    @AfterAll
    void stop() {
        net.close();
    }

    @Test
    void noHello_isNotWaitedForLong() {
        assertThat(silent.closed().applicationErrorCode()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        assertThat(silent.closed().errorDescription()).contains("no hello within 3 s");
    }

    @Test
    void wrongAndMissingToken_areRefused_andSayWhichSettingToChange() {
        QuicServer guarded = net.server(Loopback.settings(0, 10, "correct-horse", Loopback.DEVELOPMENT));
        PeerRejected wrong = catchThrowableOfType(PeerRejected.class,
                () -> net.pool().session(Loopback.to("127.0.0.1", guarded, "guessed", null)));
        assertThat(wrong.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(wrong.getMessage()).contains("token", "agentdb.server.auth-token")
                .doesNotContain("correct-horse", "guessed");
        assertThat(catchThrowableOfType(PeerRejected.class, () -> net.pool().session(Loopback.to(guarded)))
                .getMessage())
                .contains("wants a token", "agentdb.server.auth-token");
        assertThat(net.pool().session(Loopback.to("127.0.0.1", guarded, "correct-horse", null)).nodeId())
                .hasToString("server");
    }

    @Test
    void hugeRequest_isRefusedByItsLengthAlone_onItsStreamAlone() throws IOException {
        try (RawClient client = RawClient.welcomed(server.port())) {
            QuicStream stream = client.stream();
            stream.getOutputStream().write(new byte[] {(byte) 0x80, (byte) 0xc2, (byte) 0xd7, 0x2f});
            Frame answer = RawClient.read(stream);
            assertThat(answer.getError().getCodeValue()).isEqualTo(ErrorCode.FRAME_TOO_LARGE.number());
            assertThat(answer.getError().getMessage()).contains("100000000 bytes");
            assertThat(RawClient.read(stream)).as("FIN").isNull();
            Frame pong = RawClient.ask(client.control(), Frame.newBuilder().setPing(Ping.newBuilder().setNonce(42))
                    .build());
            assertThat(pong.getPong().getNonce()).isEqualTo(42);
        }
    }

    @Test
    void unknownKind_isRefused_andSaysTheKnownOnes() throws IOException {
        assertThat(refused(pull("passwords", "server.abcdefgh", 16), ErrorCode.BAD_REQUEST))
                .contains("unknown kind 'passwords'", "episodes");
    }

    @Test
    void brokenCursors_areRefused_andNameTheField() throws IOException {
        assertThat(refused(pull("episodes", "server.abcdefgh", 15), ErrorCode.PROTOCOL_VIOLATION))
                .contains("pull_request.from.cursor.id has 15 bytes, not 16");
        assertThat(refused(pull("episodes", "../../etc", 16), ErrorCode.PROTOCOL_VIOLATION))
                .contains("pull_request.from.cursor.feed");
    }

    @Test
    void manyAbandonedStreams_leaveRoomForMore() throws IOException {
        try (RawClient client = RawClient.welcomed(server.port())) {
            for (int i = 0; i < 250; i++) {
                QuicStream stream = client.stream();
                if (i % 2 == 0) {
                    stream.getOutputStream().write(5);
                }
                stream.getOutputStream().close();
                assertThat(ended(stream)).isTrue();
            }
        }
    }

    @Test
    void requestThatAStoppingPeerBreaksOff_isNotARefusal() {
        try (var exchange = net.pool().open(Loopback.to(server))) {
            exchange.send(new PullRequest(Map.of(), Selection.ALL, 0));
            OutcomeUnknown end = catchThrowableOfType(OutcomeUnknown.class, exchange::receive);
            assertThat(end.getMessage()).contains("this node is stopping");
        }
    }

    @Test
    void wrongTlsFiles_areToldAtStart_notAtTheFirstSync() {
        Path nowhere = directory.resolve("nowhere.pem");
        for (ClientSettings.ClientPem tls : List.of(new ClientSettings.ClientPem(null, null, null, nowhere, true),
                new ClientSettings.ClientPem(null, nowhere, nowhere, null, true))) {
            TlsFailure failure = catchThrowableOfType(TlsFailure.class, () -> net.pool(tls, 1));
            assertThat(failure.getMessage()).contains("agentdb.client.tls", "nowhere.pem");
            assertThat(new TlsFailureAnalyzer().analyze(failure).getAction()).contains("PEM");
        }
    }

    @Test
    void diallingThread_thatIsInterrupted_doesNotWaitForTheTimeout() throws Exception {
        try (var mute = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            QuicClientPool pool = net.pool();
            AtomicReference<RuntimeException> failure = new AtomicReference<>();
            Thread dialling = new Thread(() -> failure.set(catchThrowableOfType(RuntimeException.class,
                    () -> pool.session(new DialTarget("peer", new HostPort("127.0.0.1", mute.getLocalPort()), null,
                            null)))));
            dialling.start();
            mute.receive(new DatagramPacket(new byte[2_000], 2_000));
            dialling.interrupt();
            dialling.join(Duration.ofSeconds(5).toMillis());
            assertThat(dialling.isAlive()).isFalse();
            assertThat(failure).hasValueMatching(Objects::nonNull);
        }
    }

    /** Ends every pull as a worker does whose node stops. */
    private static final class StoppingHandler implements RequestHandler<PullRequest> {
        @Override
        public Class<PullRequest> request() {
            return PullRequest.class;
        }

        @Override
        public void handle(PullRequest request, Exchange exchange) {
            throw new OutcomeUnknown("interrupted while waiting: this node is stopping", null);
        }
    }

    private String refused(Frame request, ErrorCode code) throws IOException {
        try (RawClient client = RawClient.welcomed(server.port())) {
            QuicStream stream = client.stream();
            Frame answer = RawClient.ask(stream, request);
            assertThat(answer.getError().getCodeValue()).isEqualTo(code.number());
            return answer.getError().getMessage();
        }
    }

    private static Frame pull(String kind, String feed, int idBytes) {
        Cursor cursor = Cursor.newBuilder().setFeed(feed).setId(ByteString.copyFrom(new byte[idBytes])).build();
        return Frame.newBuilder().setPullRequest(io.agentdb.sync.protocol.wire.PullRequest.newBuilder()
                .addFrom(KindCursor.newBuilder().setKind(kind).setCursor(cursor))).build();
    }

    private static boolean ended(QuicStream stream) throws IOException {
        try {
            return stream.getInputStream().read() < 0;
        } catch (StreamClosedException reset) {
            return true;
        }
    }
}
