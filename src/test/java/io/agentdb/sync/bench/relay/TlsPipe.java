package io.agentdb.sync.bench.relay;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.agentdb.sync.OwnThread;
import io.agentdb.sync.bench.Carrier;
import io.agentdb.sync.quic.tls.Certificates;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.util.FileSystemUtils;

/**
 * Rows by binary COPY through one connection of TLS over TCP, from the line's first end to its second: what somebody
 * would do who had no conflicts to think of. One thread beside the caller's.
 */
final class TlsPipe implements Carrier, AutoCloseable {

    /** As the node compresses. */
    private static final int LEVEL = 3;
    private static final int BUFFER = 64 << 10;

    private final SSLSocket sending;
    private final SSLSocket receiving;
    private final DataOutputStream out;
    private final DataInputStream in;

    TlsPipe(boolean compressed) throws IOException {
        SSLContext tls = context();
        try (SSLServerSocket server = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0, 1,
                InetAddress.getByName(Line.FIRST.own()))) {
            CompletableFuture<SSLSocket> accepted = OwnThread.get(() -> accept(server));
            receiving = (SSLSocket) tls.getSocketFactory().createSocket();
            receiving.bind(new InetSocketAddress(Line.SECOND.own(), 0));
            receiving.connect(new InetSocketAddress(Line.FIRST.fromAfar(), server.getLocalPort()));
            receiving.startHandshake();
            sending = accepted.join();
        }
        BufferedOutputStream written = new BufferedOutputStream(sending.getOutputStream(), BUFFER);
        BufferedInputStream read = new BufferedInputStream(receiving.getInputStream(), BUFFER);
        out = new DataOutputStream(compressed ? new ZstdOutputStream(written, LEVEL) : written);
        in = new DataInputStream(compressed ? new ZstdInputStream(read) : read);
    }

    private static SSLContext context() throws IOException {
        Path directory = Files.createTempDirectory("agentdb-bench-tls");
        try {
            Certificates authority = new Certificates(directory, "line");
            Certificates.Pair own = authority.issue(Line.FIRST.fromAfar());
            return SslBundle.of(new PemSslStoreBundle(
                    PemSslStoreDetails.forCertificate(Files.readString(own.cert()))
                            .withPrivateKey(Files.readString(own.key())),
                    PemSslStoreDetails.forCertificate(Files.readString(authority.ca())))).createSslContext();
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    private static SSLSocket accept(SSLServerSocket server) {
        try {
            SSLSocket socket = (SSLSocket) server.accept();
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long copy(Connection from, String source, Connection to, String table) throws SQLException {
        CompletableFuture<Long> sent = OwnThread.get(() -> send(from, source));
        CopyIn into = to.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("copy " + table + " from stdin (format binary)");
        try {
            for (int length = in.readInt(); length > 0; length = in.readInt()) {
                into.writeToCopy(in.readNBytes(length), 0, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        into.endCopy();
        return sent.join();
    }

    /** Each row with its length before it, and a length of none behind the last one. */
    private long send(Connection from, String source) {
        try {
            CopyOut rows = from.unwrap(PGConnection.class).getCopyAPI()
                    .copyOut("copy " + source + " to stdout (format binary)");
            long bytes = 0;
            for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
                out.writeInt(row.length);
                out.write(row);
                bytes += row.length;
            }
            out.writeInt(0);
            out.flush();
            return bytes;
        } catch (SQLException | IOException e) {
            giveUp();
            throw new IllegalStateException("the rows of " + source + " cannot be sent", e);
        }
    }

    /** Or whoever reads the other end would wait for ever. */
    private void giveUp() {
        try {
            sending.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        sending.close();
        receiving.close();
    }
}
