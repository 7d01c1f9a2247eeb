package io.agentdb.sync.bench.guard;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Stands before a PostgreSQL, passes everything on, and counts what crosses: how often a client has to wait for an
 * answer, and how many statements are executed. On the wire, so that what the driver does by itself is counted too.
 */
final class CountingServer implements AutoCloseable {

    private static final int WANTS_TLS = 80877103;
    private static final int WANTS_GSS = 80877104;

    /**
     * What a node does every few seconds, and so more often in a run on a busy machine: it notes down how far the run
     * has come, looks for runs that were left behind, for who is blocked and for what is due, notes down the words of
     * what was written, looks whether there are embeddings at all, and its pool tries connections.
     */
    private static final Pattern BY_THE_CLOCK = Pattern.compile(
            "select exists \\(select from embeddings\\)|(with written as \\()?insert into sync_runs "
                    + "|select distinct owner from |.*\\b(blocked|shedlock|auto_sync|search_places)\\b|.*next_try|$",
            Pattern.CASE_INSENSITIVE);

    /** A connection, from the begin of a transaction to its end. */
    private final class Transaction {

        private long waited;
        private long asked;
        private boolean byTheClock;

        synchronized void executes(String sql) {
            asked++;
            byTheClock |= BY_THE_CLOCK.matcher(sql.strip().replaceAll("\\s+", " ")).lookingAt();
        }

        synchronized void answered(boolean ended) {
            waited++;
            if (ended) {
                if (!byTheClock) {
                    roundTrips.addAndGet(waited);
                    executions.addAndGet(asked);
                }
                waited = 0;
                asked = 0;
                byTheClock = false;
            }
        }
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong roundTrips = new AtomicLong();
    private final AtomicLong executions = new AtomicLong();
    private final String url;
    private final int server;

    /** @param url of a database on this machine */
    CountingServer(String url) throws IOException {
        this.url = url;
        this.server = Integer.parseInt(url.replaceAll(".*:([0-9]+)/.*", "$1"));
        start(() -> {
            while (true) {
                serve(listener.accept());
            }
        });
    }

    /** The same database, by way of this. */
    String url() {
        return url.replace(":" + server + "/", ":" + listener.getLocalPort() + "/");
    }

    /** How often a client has waited for an answer, in transactions that have ended. */
    long roundTrips() {
        return roundTrips.get();
    }

    /** How many statements have been executed in them; COPY and what opens and ends transactions among them. */
    long executions() {
        return executions.get();
    }

    private void serve(Socket client) throws IOException {
        Socket session = new Socket(InetAddress.getLoopbackAddress(), server);
        session.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        open.add(client);
        open.add(session);
        Transaction transaction = new Transaction();
        start(() -> asked(client, session, transaction), client, session);
        start(() -> answered(session, client, transaction), client, session);
    }

    private static void asked(Socket client, Socket session, Transaction transaction) throws IOException {
        DataInputStream in = in(client);
        DataOutputStream out = out(session);
        int length = in.readInt();
        int code = in.readInt();
        while (code == WANTS_TLS || code == WANTS_GSS) {
            client.getOutputStream().write('N');
            length = in.readInt();
            code = in.readInt();
        }
        out.writeInt(length);
        out.writeInt(code);
        out.write(in.readNBytes(length - 8));
        out.flush();
        Map<String, String> prepared = new ConcurrentHashMap<>();
        Map<String, String> portals = new ConcurrentHashMap<>();
        while (true) {
            byte type = in.readByte();
            byte[] content = pass(type, in, out);
            switch (type) {
                case 'Q' -> transaction.executes(text(content, 0));
                case 'P' -> prepared.put(text(content, 0), text(content, text(content, 0).length() + 1));
                case 'B' -> portals.put(text(content, 0),
                        prepared.getOrDefault(text(content, text(content, 0).length() + 1), "?"));
                case 'E' -> transaction.executes(portals.getOrDefault(text(content, 0), "?"));
                default -> { }
            }
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private static void answered(Socket session, Socket client, Transaction transaction) throws IOException {
        DataInputStream in = in(session);
        DataOutputStream out = out(client);
        while (true) {
            byte type = in.readByte();
            byte[] content = pass(type, in, out);
            // Ready for the next one, or for what is to be copied in: somebody has waited for this.
            if (type == 'Z' || type == 'G') {
                transaction.answered(type == 'Z' && content[0] == 'I');
            }
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private static byte[] pass(byte type, DataInputStream in, DataOutputStream out) throws IOException {
        int length = in.readInt();
        byte[] content = in.readNBytes(length - 4);
        out.writeByte(type);
        out.writeInt(length);
        out.write(content);
        return content;
    }

    /** Up to the zero behind it. Of what is not ASCII, the length would be wrong; nothing of ours is. */
    private static String text(byte[] content, int from) {
        int end = from;
        while (content[end] != 0) {
            end++;
        }
        return new String(content, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private static DataInputStream in(Socket socket) throws IOException {
        return new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    private static DataOutputStream out(Socket socket) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    private interface Work {

        void run() throws IOException;
    }

    /** Who hangs up, or the end of one direction, ends both. */
    private static void start(Work work, Closeable... ends) {
        Thread thread = new Thread(() -> {
            try (Closeable both = () -> close(ends)) {
                work.run();
            } catch (IOException e) {
                // Somebody hung up, or the test is over.
            }
        }, "counting-server");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Closeable... ends) throws IOException {
        for (Closeable end : ends) {
            end.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        close(open.toArray(Closeable[]::new));
    }
}
