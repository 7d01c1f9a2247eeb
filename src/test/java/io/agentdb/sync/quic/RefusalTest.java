package io.agentdb.sync.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.wire.Cursor;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.Ping;
import io.agentdb.sync.protocol.wire.PullRequest;
import io.agentdb.sync.protocol.wire.PushEnd;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.incubator.codec.quic.QuicServerCodecBuilder;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import tech.kwik.core.QuicStream;
import tech.kwik.core.StreamClosedException;

/** What a listener refuses, in what words, and that it goes on serving. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(20)
class RefusalTest {

    private static final String TOKEN = "correct-horse-battery";

    private Path directory;
    private Loopback net;
    private QuicServer server;
    private QuicClientPool good;
    private RawClient silent;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        net = new Loopback(directory);
        server = net.serve(Loopback.settings(50, TOKEN, Loopback.DEVELOPMENT), new FakePull(1, 100));
        good = net.pool(Loopback.UNVERIFIED);
        silent = RawClient.connect(server.port());
    }

    @AfterEach
    void goodClientIsStillServed() {
        Remote remote = Loopback.remote(server, TOKEN, null);
        good.disconnect(remote);
        try (var exchange = good.open(remote)) {
            exchange.send(FakePull.wholeFeed());
            assertThat(exchange.receive()).isNotNull();
        }
    }

    @AfterAll
    void stop() throws Exception {
        net.close();
    }

    @Test
    void wrongToken_isRefused_andSaysWhichSettingToChange() {
        PeerRejected refusal = refusal(Loopback.remote(server, "guessed", null));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refusal.getMessage()).contains("the token is wrong", "auth-token", "agentdb.server.auth-token")
                .doesNotContain(TOKEN, "guessed");
    }

    @Test
    void missingToken_isRefused_andSaysWhichSettingToChange() {
        assertThat(refusal(Loopback.remote(server, null, null)).getMessage()).contains("wants a token", "agentdb.server.auth-token");
    }

    @Test
    void anotherService_onThePort_isTold() throws Exception {
        Certificates.Pair pair = new Certificates(directory, "another").signed("127.0.0.1");
        var tls = QuicSslContextBuilder.forServer(pair.key().toFile(), null, pair.cert().toFile()).applicationProtocols("h3").build();
        EventLoopGroup group = Transport.group("another-service", 1);
        try {
            Channel other = Transport.udp(group).handler(Transport.configure(new QuicServerCodecBuilder()).sslContext(tls)
                    .tokenHandler(AddressToken.INSTANCE).handler(new ChannelInboundHandlerAdapter())
                    .streamHandler(new ChannelInboundHandlerAdapter()).build()).bind("127.0.0.1", 0).sync().channel();
            int port = ((InetSocketAddress) other.localAddress()).getPort();
            assertThat(unreachable(new Remote("peer", "127.0.0.1", port, null, null)))
                    .contains("does not speak agentdb-sync/1", "another service, or another release");
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void unresolvableHost_isToldAtOnce() {
        assertThat(unreachable(new Remote("peer", "no-such-host.invalid", 4433, null, null)))
                .contains("no-such-host.invalid", "cannot be resolved", "correct the peer's address");
    }

    @Test
    void nothingListening_isToldAtOnce() throws IOException {
        int free;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        long start = System.nanoTime();
        assertThat(unreachable(new Remote("peer", "127.0.0.1", free, null, null))).contains("nothing listens", "is the node running");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void silentPort_isGivenUp_afterTheTimeout() throws IOException {
        QuicClientPool hasty = net.pool(new ClientSettings(1, Duration.ofMillis(50), Duration.ofMillis(400), 5, Loopback.UNVERIFIED));
        try (DatagramSocket mute = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Remote remote = new Remote("peer", "127.0.0.1", mute.getLocalPort(), null, null);
            assertThat(catchThrowableOfType(PeerUnreachable.class, () -> hasty.session(remote)).getMessage())
                    .contains("nothing answers", "400 ms", "is the node running");
        }
    }

    @Test
    void clockMuchTooFarAhead_isRefused_andSaysBothTimes() throws IOException {
        String message = helloRefused(hello().setClockMicros(micros(Instant.now().plus(Duration.ofMinutes(6)))), ErrorCode.CLOCK_SKEW);
        assertThat(message).contains("your clock says", "more than 5 minutes ahead");
    }

    @Test
    void clockLittleAhead_isTolerated() throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            assertThat(client.greet(hello().setClockMicros(micros(Instant.now().plus(Duration.ofMinutes(4))))).hasWelcome()).isTrue();
        }
    }

    @Test
    void unsupportedVersion_isRefused_andSaysBoth() throws IOException {
        assertThat(helloRefused(hello().setProtocolVersion(2), ErrorCode.UNSUPPORTED_VERSION)).contains("version 1, not 2");
    }

    @Test
    void brokenActor_isRefused() throws IOException {
        assertThat(helloRefused(hello().setActor("'; drop table episodes"), ErrorCode.PROTOCOL_VIOLATION)).contains("hello.actor");
        assertThat(helloRefused(hello().setActor("other.abcdefgh"), ErrorCode.PROTOCOL_VIOLATION)).contains("is not of node kwik");
    }

    @Test
    void requestInsteadOfHello_isRefused() throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            RawClient.send(client.stream(), pull("episodes", "server.abcdefgh", 16));
            assertThat(client.closed().errorDescription()).contains("say hello first, not PullRequest");
            assertThat(client.closed().applicationErrorCode()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        }
    }

    @Test
    void requestBesideTheHello_isRefused() throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            client.stream();
            RawClient.send(client.stream(), pull("episodes", "server.abcdefgh", 16));
            assertThat(client.closed().applicationErrorCode()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        }
    }

    @Test
    void noHello_isNotWaitedForLong() {
        assertThat(silent.closed().applicationErrorCode()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        assertThat(silent.closed().errorDescription()).contains("no hello within 10 s");
    }

    @Test
    void garbageInsteadOfHello_isRefused() throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            QuicStream stream = client.stream();
            stream.getOutputStream().write(new byte[] {9, 1, 2, 3, 4, 5, 6, 7, 8, 9});
            assertThat(client.closed().errorDescription()).contains("not a protobuf message");
        }
    }

    @Test
    void hugeFrame_isRefused_beforeAnythingIsHeld() throws IOException {
        try (RawClient client = welcomed()) {
            QuicStream stream = client.stream();
            stream.getOutputStream().write(new byte[] {(byte) 0x80, (byte) 0xc2, (byte) 0xd7, 0x2f});
            Frame answer = RawClient.read(stream);
            assertThat(answer.getError().getCodeValue()).isEqualTo(ErrorCode.FRAME_TOO_LARGE.number());
            assertThat(answer.getError().getMessage()).contains("100000000 bytes", "limit of 8388608");
            assertThat(RawClient.read(stream)).isNull();
        }
    }

    @Test
    void endlessLength_isRefused() throws IOException {
        try (RawClient client = welcomed()) {
            QuicStream stream = client.stream();
            stream.getOutputStream().write(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
            assertThat(RawClient.read(stream).getError().getCodeValue()).isEqualTo(ErrorCode.FRAME_TOO_LARGE.number());
        }
    }

    @Test
    void unknownKind_isRefused_andSaysTheKnownOnes() throws IOException {
        assertThat(requestRefused(pull("passwords", "server.abcdefgh", 16), ErrorCode.BAD_REQUEST))
                .contains("unknown kind 'passwords'", "episodes");
    }

    @Test
    void brokenCursors_areRefused_andNameTheField() throws IOException {
        assertThat(requestRefused(pull("episodes", "server.abcdefgh", 15), ErrorCode.PROTOCOL_VIOLATION))
                .contains("pull_request.from.id has 15 bytes, not 16");
        assertThat(requestRefused(pull("episodes", "../../etc", 16), ErrorCode.PROTOCOL_VIOLATION)).contains("pull_request.from.feed");
    }

    @Test
    void unknownRequests_areRefused_onTheirStreamAlone() throws IOException {
        try (RawClient client = welcomed()) {
            assertThat(RawClient.ask(client.stream(), Frame.getDefaultInstance()).getError().getMessage()).contains("no body");
            assertThat(RawClient.ask(client.stream(), Frame.newBuilder().setPushEnd(PushEnd.newBuilder()).build()).getError()
                    .getMessage()).contains("a stream begins with a request, not with PushEnd");
            Frame pong = RawClient.ask(client.control(), Frame.newBuilder().setPing(Ping.newBuilder().setNonce(42)).build());
            assertThat(pong.getPong().getNonce()).isEqualTo(42);
        }
    }

    @Test
    void manyAbandonedStreams_leaveRoomForMore() throws IOException {
        try (RawClient client = welcomed()) {
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
    void tooManyConnections_areTold_andTheOthersServed() {
        QuicServer small = net.serve(Loopback.settings(3, null, Loopback.DEVELOPMENT), new FakePull(1, 100));
        for (int i = 0; i < 3; i++) {
            assertThat(net.pool(Loopback.UNVERIFIED).session(Loopback.remote(small)).nodeId()).isEqualTo("server");
        }
        PeerRejected refusal = catchThrowableOfType(PeerRejected.class,
                () -> net.pool(Loopback.UNVERIFIED).session(Loopback.remote(small)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
        assertThat(refusal.getMessage()).contains("at most 3 connections", "agentdb.server.max-connections");
        assertThat(small.status().connections()).isEqualTo(3);
    }

    @Test
    void portInUse_isToldAtStart_withWhatToDo() {
        ServerSettings taken = new ServerSettings("127.0.0.1", server.port(), 10, null,
                Loopback.settings(1, null, null).rateLimit(), Loopback.DEVELOPMENT);
        ListenFailure failure = catchThrowableOfType(ListenFailure.class, () -> net.serve(taken));
        FailureAnalysis analysis = new ListenFailureAnalyzer().analyze(failure);
        assertThat(analysis.getDescription()).contains("UDP port " + server.port() + " on 127.0.0.1", "in use");
        assertThat(analysis.getAction()).contains("agentdb.server.port");
    }

    private static boolean ended(QuicStream stream) throws IOException {
        try {
            return stream.getInputStream().read() < 0;
        } catch (StreamClosedException reset) {
            return true;
        }
    }

    private RawClient welcomed() throws IOException {
        RawClient client = RawClient.connect(server.port());
        assertThat(client.greet(hello()).hasWelcome()).isTrue();
        return client;
    }

    private static Hello.Builder hello() {
        return RawClient.hello().setToken(TOKEN);
    }

    private String helloRefused(Hello.Builder hello, ErrorCode code) throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            RawClient.send(client.stream(), Frame.newBuilder().setHello(hello).build());
            assertThat(client.closed().applicationErrorCode()).isEqualTo(code.number());
            return client.closed().errorDescription();
        }
    }

    private String requestRefused(Frame request, ErrorCode code) throws IOException {
        try (RawClient client = welcomed()) {
            QuicStream stream = client.stream();
            Frame answer = RawClient.ask(stream, request);
            assertThat(answer.getError().getCodeValue()).isEqualTo(code.number());
            assertThat(RawClient.read(stream)).as("FIN").isNull();
            return answer.getError().getMessage();
        }
    }

    private static Frame pull(String kind, String feed, int idBytes) {
        Cursor cursor = Cursor.newBuilder().setFeed(feed).setId(ByteString.copyFrom(new byte[idBytes])).build();
        return Frame.newBuilder().setPullRequest(PullRequest.newBuilder()
                .addFrom(KindCursor.newBuilder().setKind(kind).setCursor(cursor))).build();
    }

    private PeerRejected refusal(Remote remote) {
        return catchThrowableOfType(PeerRejected.class, () -> good.session(remote));
    }

    private String unreachable(Remote remote) {
        return catchThrowableOfType(PeerUnreachable.class, () -> good.session(remote)).getMessage();
    }

    private static long micros(Instant instant) {
        return instant.toEpochMilli() * 1000;
    }
}
