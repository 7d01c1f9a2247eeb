package io.agentdb.sync.postgres;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Stands before a server as PgBouncer does with {@code pool_mode = transaction}: a client has a session from the begin
 * of a transaction to its end, and the one that was given back last is given out first. Each client brings one session
 * along, so that none ever waits.
 */
public final class TransactionPooler implements AutoCloseable {

    private static final int WANTS_TLS = 80877103;

    private record Session(Socket socket, DataInputStream in, DataOutputStream out) { }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Deque<Session> idle = new ConcurrentLinkedDeque<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final String url;
    private final int server;

    private TransactionPooler(String url) throws IOException {
        this.url = url;
        this.server = Integer.parseInt(url.replaceAll(".*:([0-9]+)/.*", "$1"));
        start(() -> {
            while (true) {
                Socket client = listener.accept();
                start(() -> serve(session(client)));
            }
        });
    }

    /** @param url of a database on this machine */
    public static TransactionPooler before(String url) throws IOException {
        return new TransactionPooler(url);
    }

    /** The same database, by way of this. */
    public String url() {
        return url.replace(":" + server + "/", ":" + listener.getLocalPort() + "/");
    }

    private void serve(Session client) throws IOException {
        greet(client);
        for (Session session = null; ; ) {
            byte type = client.in().readByte();
            if (type == 'X') {
                return;
            }
            session = session == null ? idle.pop() : session;
            pass(type, client, session);
            if (type == 'Q' || type == 'S') {
                session.out().flush();
                if (answer(session, client) == 'I') {
                    // Before the client hears of it: else another one's session may be given back first, though it
                    // ended later.
                    idle.push(session);
                    session = null;
                }
                client.out().flush();
            }
        }
    }

    /** Start-up and login pass through to a session that is everybody's afterwards. */
    private void greet(Session client) throws IOException {
        int length = client.in().readInt();
        int code = client.in().readInt();
        if (code == WANTS_TLS) {
            client.out().writeByte('N');
            client.out().flush();
            length = client.in().readInt();
            code = client.in().readInt();
        }
        Session session = session(new Socket(InetAddress.getLoopbackAddress(), server));
        session.out().writeInt(length);
        session.out().writeInt(code);
        session.out().write(client.in().readNBytes(length - 8));
        session.out().flush();
        for (byte type = 0; type != 'Z'; ) {
            type = session.in().readByte();
            int asked = pass(type, session, client);
            if (type == 'Z') {
                idle.push(session);
            }
            client.out().flush();
            // A password (3, 5), or a step of SASL (10, 11), is answered.
            if (type == 'R' && (asked == 3 || asked == 5 || asked == 10 || asked == 11)) {
                pass(client.in().readByte(), client, session);
                session.out().flush();
            }
        }
    }

    /**
     * Not flushed yet.
     *
     * @return the state of the transaction then
     */
    private static byte answer(Session session, Session client) throws IOException {
        while (true) {
            byte type = session.in().readByte();
            int state = pass(type, session, client);
            if (type == 'Z') {
                return (byte) state;
            }
        }
    }

    /** @return the first number in it, of one byte or of four */
    private static int pass(byte type, Session from, Session to) throws IOException {
        int length = from.in().readInt();
        byte[] content = from.in().readNBytes(length - 4);
        to.out().writeByte(type);
        to.out().writeInt(length);
        to.out().write(content);
        return content.length == 0 ? 0 : content.length < 4 ? content[0] : content[3];
    }

    private Session session(Socket socket) throws IOException {
        open.add(socket);
        return new Session(socket, new DataInputStream(socket.getInputStream()),
                new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // Somebody hung up, or the test is over.
            }
        }, "transaction-pooler");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
