package io.agentdb.sync;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port that nobody listens on, for what has to be told its port. It is below those that systems give to whoever asks for any, or some other
 * connection of the build could get it before it is used; and each of the processes that share the tests has a range of its own.
 */
public final class FreePort {

    private static final int FIRST = 12_000;
    private static final int PROCESSES = 8;
    private static final int PER_PROCESS = 2_500;
    /** Beginning anywhere, because other builds on this machine count in the same way. */
    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(PER_PROCESS));

    private FreePort() {
    }

    private interface Socket {
        AutoCloseable bind(int port) throws IOException;
    }

    public static int tcp() {
        return free(ServerSocket::new);
    }

    public static int udp() {
        return free(DatagramSocket::new);
    }

    private static int free(Socket socket) {
        int first = FIRST + process() % PROCESSES * PER_PROCESS;
        for (int tries = 0; tries < PER_PROCESS; tries++) {
            int port = first + Math.floorMod(NEXT.getAndIncrement(), PER_PROCESS);
            try (AutoCloseable bound = socket.bind(port)) {
                return port;
            } catch (Exception taken) {
                // The next one, then.
            }
        }
        throw new IllegalStateException("no port is free from " + first + " on");
    }

    private static int process() {
        String digits = System.getProperty("tests.process", "").replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
