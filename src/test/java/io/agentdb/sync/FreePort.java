package io.agentdb.sync;

import io.agentdb.sync.home.TestProcess;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port that nobody listens on, for what has to be told its port. It is below those that systems give to whoever asks
 * for any, or some other connection of the build could get it before it is used; and each of the processes that share
 * the tests has a range of its own.
 */
public final class FreePort {

    private static final int FIRST = 12_000;
    /** Where Linux begins to give ports to whoever asks for any. */
    static final int EPHEMERAL = 32_768;
    /** Maven's from 1 on, and the one that an IDE starts. */
    static final int PROCESSES = 9;
    static final int PER_PROCESS = (EPHEMERAL - FIRST) / PROCESSES;
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
        int first = first(TestProcess.number());
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

    /** The first port of a process. One too many would get ports that another counts through at the same time. */
    static int first(int process) {
        if (process >= PROCESSES) {
            throw new IllegalStateException("there are ports for " + (PROCESSES - 1) + " test processes:"
                    + " set -Dtests.processes to that at most");
        }
        return FIRST + process * PER_PROCESS;
    }
}
