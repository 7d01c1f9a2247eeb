package io.agentdb.sync.quic.server;

import io.netty.buffer.ByteBuf;
import io.netty.incubator.codec.quic.QuicTokenHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Retry tokens (RFC 9000, section 8.1.2): a client has to show that it receives at the address that it sends from,
 * before we spend a handshake on it or send it more than it sent us.
 *
 * <p>A token is an HMAC over the time, the address and the connection id, followed by the time and the id. It is valid
 * for a minute, and in this process only.
 */
final class RetryToken implements QuicTokenHandler {

    private static final int MAC = 32;
    private static final int TIME = Long.BYTES;
    private static final int LONGEST_ID = 20;
    private static final long LIFE_MILLIS = 60_000;

    private final SecretKeySpec key;
    private final Predicate<InetAddress> admitted;

    /** @param admitted whether an address that has been shown to be real may begin another handshake */
    RetryToken(Predicate<InetAddress> admitted) {
        this.admitted = admitted;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
        byte[] id = new byte[connectionId.readableBytes()];
        connectionId.getBytes(connectionId.readerIndex(), id);
        long now = System.currentTimeMillis();
        out.writeBytes(mac(now, address, id)).writeLong(now).writeBytes(id);
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        int length = token.readableBytes();
        if (length < MAC + TIME || length > maxTokenLength()) {
            return -1;
        }
        byte[] all = new byte[length];
        token.getBytes(token.readerIndex(), all);
        long time = ByteBuffer.wrap(all, MAC, TIME).getLong();
        long age = System.currentTimeMillis() - time;
        byte[] expected = mac(time, address, Arrays.copyOfRange(all, MAC + TIME, length));
        boolean valid = MessageDigest.isEqual(expected, Arrays.copyOf(all, MAC)) && age >= 0 && age <= LIFE_MILLIS;
        // Where the original connection id begins.
        return valid && admitted.test(address.getAddress()) ? MAC + TIME : -1;
    }

    @Override
    public int maxTokenLength() {
        return MAC + TIME + LONGEST_ID;
    }

    private byte[] mac(long time, InetSocketAddress address, byte[] id) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(ByteBuffer.allocate(TIME).putLong(time).array());
            mac.update(address.getAddress().getAddress());
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(address.getPort()).array());
            return mac.doFinal(id);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
