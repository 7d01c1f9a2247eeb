package io.agentdb.sync.quic.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network with a NAT in it: hands datagrams on to a port of this machine and the answers back, from one port of
 * its own per client, and loses, doubles and delays them. What it does with the n-th datagram that reaches it is a
 * matter of the seed.
 *
 * <p>Thread-safe; nothing blocks. A datagram is dropped when it arrives or comes due while the relay is cut.
 */
public final class UdpRelay implements AutoCloseable {

    /**
     * @param drop probability; so is {@code duplicate}
     * @param leastMillis of the delay; both bounds included
     */
    public record Weather(double drop, double duplicate, int leastMillis, int mostMillis) {

        public static final Weather FAIR = new Weather(0, 0, 0, 0);

        public Weather {
            if (drop < 0 || drop > 1 || duplicate < 0 || duplicate > 1 || leastMillis < 0 || mostMillis < leastMillis) {
                throw new IllegalArgumentException("no such weather: " + drop + ", " + duplicate + ", " + leastMillis
                        + ".." + mostMillis);
            }
        }
    }

    /**
     * Datagrams of both directions.
     *
     * @param forwarded copies included
     * @param reordered handed on after one that had come later
     */
    public record Counts(long forwarded, long dropped, long duplicated, long reordered) { }

    private static final int LARGEST = 1 << 16;
    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int REMEMBERED = 1_000;
    private static final int FLOWS = 8;

    private final InetSocketAddress target;
    private final Weather weather;
    private final Random random;
    private final Selector selector;
    private final Direction inbound;
    private final Map<SocketAddress, Flow> flows = new ConcurrentHashMap<>();
    private final ScheduledExecutorService postman = Executors.newSingleThreadScheduledExecutor(
            task -> daemon(task, "relay-out"));
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong duplicated = new AtomicLong();
    private final AtomicLong reordered = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<byte[]> sent = new ConcurrentLinkedQueue<>();
    private volatile boolean cut;

    public UdpRelay(int targetPort, long seed, Weather weather) {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        this.weather = weather;
        this.random = new Random(seed);
        try {
            this.selector = Selector.open();
            this.inbound = new Direction(open(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::read, "relay-in").start();
    }

    /** Where clients send to, on the loopback address. */
    public int port() {
        return port(inbound.socket);
    }

    /** Nothing gets through, either way, until {@link #heal}. */
    public void partition() {
        cut = true;
    }

    public void heal() {
        cut = false;
    }

    /**
     * As a NAT that has forgotten its table: the target sees every client at another port from now on, and the old ones
     * are deaf.
     */
    public void rebind() {
        flows.values().forEach(Flow::rebind);
    }

    /** What clients have sent so far, as anybody on the way could have noted it. */
    public List<byte[]> sent() {
        return List.copyOf(sent);
    }

    public Counts counts() {
        return new Counts(forwarded.get(), dropped.get(), duplicated.get(), reordered.get());
    }

    /** What it has handed on, without the headers of UDP and IP. */
    public long bytes() {
        return bytes.get();
    }

    /** Drops what is under way. Idempotent. */
    @Override
    public void close() {
        postman.shutdownNow();
        close(inbound.socket);
        flows.values().forEach(flow -> close(flow.up.socket));
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One thread reads, so that the seed's numbers go to the datagrams in the order of their arrival. */
    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
        while (selector.isOpen()) {
            try {
                selector.select();
                for (Iterator<SelectionKey> ready = selector.selectedKeys().iterator(); ready.hasNext(); ) {
                    SelectionKey key = ready.next();
                    ready.remove();
                    drain((DatagramChannel) key.channel(), (Flow) key.attachment(), buffer);
                }
            } catch (ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void drain(DatagramChannel socket, Flow answering, ByteBuffer buffer) throws IOException {
        try {
            buffer.clear();
            for (SocketAddress from = socket.receive(buffer); from != null; from = socket.receive(buffer)) {
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram).clear();
                if (answering == null) {
                    Flow flow = flow(from);
                    remember(datagram);
                    pass(flow.up, target, datagram);
                } else if (from.equals(target)) {
                    pass(answering.down, answering.client, datagram);
                }
            }
        } catch (ClosedChannelException e) {
            // Rebound or closed meanwhile: what it still held is lost, as in a NAT.
        }
    }

    /**
     * A new client takes the place of the one that has been silent for longest, once there are many: each has a socket.
     */
    private Flow flow(SocketAddress client) {
        if (flows.size() >= FLOWS && !flows.containsKey(client)) {
            flows.values().stream().min(Comparator.comparingLong(flow -> flow.used)).ifPresent(silent -> {
                flows.remove(silent.client);
                close(silent.up.socket);
            });
        }
        Flow flow = flows.computeIfAbsent(client, Flow::new);
        flow.used = System.nanoTime();
        return flow;
    }

    private void remember(byte[] datagram) {
        if (sent.size() < REMEMBERED) {
            sent.add(datagram);
        }
    }

    private void pass(Direction direction, SocketAddress to, byte[] datagram) {
        boolean lost = random.nextDouble() < weather.drop();
        boolean twice = random.nextDouble() < weather.duplicate();
        long delay = weather.leastMillis() + random.nextInt(weather.mostMillis() - weather.leastMillis() + 1);
        long delayOfCopy = weather.leastMillis() + random.nextInt(weather.mostMillis() - weather.leastMillis() + 1);
        if (cut || lost) {
            dropped.incrementAndGet();
            return;
        }
        long number = direction.arrived++;
        try {
            postman.schedule(() -> deliver(direction, to, datagram, number), delay, TimeUnit.MILLISECONDS);
            if (twice) {
                duplicated.incrementAndGet();
                postman.schedule(() -> deliver(direction, to, datagram, number), delayOfCopy, TimeUnit.MILLISECONDS);
            }
        } catch (RejectedExecutionException closed) {
            dropped.incrementAndGet();
        }
    }

    private void deliver(Direction direction, SocketAddress to, byte[] datagram, long number) {
        try {
            // A full buffer of the kernel takes nothing: lost, as on any network.
            if (cut || direction.socket.send(ByteBuffer.wrap(datagram), to) == 0) {
                dropped.incrementAndGet();
                return;
            }
            forwarded.incrementAndGet();
            bytes.addAndGet(datagram.length);
            if (number < direction.furthest) {
                reordered.incrementAndGet();
            }
            direction.furthest = Math.max(direction.furthest, number);
        } catch (IOException e) {
            dropped.incrementAndGet();
        }
    }

    private DatagramChannel open(Flow answering) {
        try {
            DatagramChannel socket = DatagramChannel.open();
            socket.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER)
                    .setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            // Not connected: an ICMP answer of a target that is down would end the flow, and restarted targets are to
            // be found again.
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ, answering);
            selector.wakeup();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(DatagramChannel socket) {
        try {
            return ((InetSocketAddress) socket.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(DatagramChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** One way of one flow: the socket that it leaves by, and its order. */
    private static final class Direction {

        private volatile DatagramChannel socket;
        /** Counted by the reading thread, and the next one by the sending thread. */
        private long arrived;
        private long furthest = -1;

        Direction(DatagramChannel socket) {
            this.socket = socket;
        }
    }

    /** A client, and the port that the target knows it by. */
    private final class Flow {

        private final SocketAddress client;
        private final Direction up;
        private volatile long used;
        private final Direction down = new Direction(inbound.socket);

        Flow(SocketAddress client) {
            this.client = client;
            this.up = new Direction(open(this));
        }

        void rebind() {
            DatagramChannel old = up.socket;
            up.socket = open(this);
            close(old);
        }
    }
}
