package io.agentdb.sync.quic.server;

import io.netty.incubator.codec.quic.QuicResetTokenGenerator;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stateless reset tokens (RFC 9000, section 10.3), with a key of their own. Whoever knows the token of a connection id
 * ends its connection with one datagram; and the codec, left alone, makes tokens with the same key as ids, each id out
 * of the one before: everybody on the path would read the token of an id as the beginning of the next id. Thread-safe.
 */
final class ResetToken implements QuicResetTokenGenerator {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 16;

    /** One for all: the codec asks with nearly every packet, and making one takes 3 KiB. */
    private final Mac mac;

    ResetToken() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public synchronized ByteBuffer newResetToken(ByteBuffer connectionId) {
        mac.update(connectionId);
        return ByteBuffer.wrap(mac.doFinal(), 0, LENGTH);
    }
}
