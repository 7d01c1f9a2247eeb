package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.quic.server.UdpRelay.Weather;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network that other tests are made on does what they think it does. */
class UdpRelayTest {

    private static final int MANY = 300;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private DatagramSocket target;

    @BeforeEach
    void open() throws IOException {
        target = socket();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void datagramsAndAnswers_findTheirWay_andEachClientHasAPortOfItsOwn() throws IOException {
        UdpRelay relay = relay(1, Weather.FAIR);
        DatagramSocket first = socket();
        DatagramSocket second = socket();
        send(first, relay.port(), "one");
        DatagramPacket one = received(target, "one");
        send(second, relay.port(), "two");
        DatagramPacket two = received(target, "two");
        assertThat(one.getPort()).isNotEqualTo(two.getPort());
        send(target, two.getPort(), "answer to two");
        send(target, one.getPort(), "answer to one");
        assertThat(received(first, "answer to one").getPort()).isEqualTo(relay.port());
        received(second, "answer to two");
        await().until(() -> relay.counts().equals(new UdpRelay.Counts(4, 0, 0, 0)));
    }

    @Test
    void rebinding_changesThePortThatTheTargetSees_andTheOldOneIsDeaf() throws IOException {
        UdpRelay relay = relay(1, Weather.FAIR);
        DatagramSocket client = socket();
        send(client, relay.port(), "before");
        int before = received(target, "before").getPort();
        relay.rebind();
        send(client, relay.port(), "after");
        int after = received(target, "after").getPort();
        assertThat(after).isNotEqualTo(before);
        send(target, before, "to the old port");
        send(target, after, "to the new port");
        received(client, "to the new port");
    }

    @Test
    void nothingGetsThroughAPartition_inEitherDirection_untilItIsHealed() throws IOException {
        UdpRelay relay = relay(1, Weather.FAIR);
        DatagramSocket client = socket();
        send(client, relay.port(), "before");
        int port = received(target, "before").getPort();
        relay.partition();
        send(client, relay.port(), "lost on the way there");
        send(target, port, "lost on the way back");
        await().until(() -> relay.counts().dropped() == 2);
        relay.heal();
        send(client, relay.port(), "there");
        received(target, "there");
        send(target, port, "back");
        received(client, "back");
    }

    @Test
    void loss_copiesAndDelays_areThoseOfTheSeed_andCounted() throws IOException {
        Weather weather = new Weather(0.2, 0.1, 5, 25);
        UdpRelay relay = relay(7, weather);
        long start = System.nanoTime();
        List<String> received = flood(relay);
        assertThat(System.nanoTime() - start).as("nanoseconds").isGreaterThan(5_000_000);
        UdpRelay.Counts counts = relay.counts();
        assertThat(counts.dropped()).isBetween(35L, 90L);
        assertThat(counts.duplicated()).isBetween(8L, 45L);
        assertThat(received).hasSize((int) counts.forwarded()).isNotEqualTo(received.stream().sorted().toList());
        assertThat(received.stream().distinct().count()).isEqualTo(MANY - counts.dropped());
        assertThat(counts.reordered()).isPositive();
        UdpRelay again = relay(7, weather);
        assertThat(flood(again).stream().sorted().toList()).as("the same ones")
                .isEqualTo(received.stream().sorted().toList());
        assertThat(flood(relay(8, weather)).stream().sorted().toList())
                .isNotEqualTo(received.stream().sorted().toList());
    }

    @Test
    void impossibleWeather_isRefused() {
        assertThatThrownBy(() -> new Weather(0, 0, 30, 10)).hasMessageContaining("30..10");
        assertThatThrownBy(() -> new Weather(1.5, 0, 0, 0)).hasMessageContaining("1.5");
    }

    /** What arrives of many, in the order of arrival. */
    private List<String> flood(UdpRelay relay) throws IOException {
        DatagramSocket client = socket();
        for (int i = 0; i < MANY; i++) {
            send(client, relay.port(), "datagram %03d".formatted(i));
        }
        await().until(() -> relay.counts().forwarded() + relay.counts().dropped()
                == MANY + relay.counts().duplicated());
        List<String> received = new ArrayList<>();
        while (received.size() < relay.counts().forwarded()) {
            received.add(text(receive(target)));
        }
        return received;
    }

    private UdpRelay relay(long seed, Weather weather) {
        UdpRelay relay = new UdpRelay(target.getLocalPort(), seed, weather);
        opened.add(relay);
        return relay;
    }

    private DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        opened.add(socket);
        // A lost datagram fails the test instead of hanging it.
        socket.setSoTimeout(5_000);
        socket.setReceiveBufferSize(1 << 20);
        return socket;
    }

    private static void send(DatagramSocket from, int port, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
    }

    private static DatagramPacket received(DatagramSocket socket, String text) throws IOException {
        DatagramPacket packet = receive(socket);
        assertThat(text(packet)).isEqualTo(text);
        return packet;
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }
}
