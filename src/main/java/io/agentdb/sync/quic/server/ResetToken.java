package io.agentdb.sync.quic.server;

import io.netty.incubator.codec.quic.QuicResetTokenGenerator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stateless reset tokens (RFC 9000, section 10.3), with a key of their own. Whoever knows the token of a connection id
 * ends its connection with one datagram; and the codec, left alone, makes tokens with the same key as ids, each id out
 * of the one before: everybody on the path would read the token of an id as the beginning of the next id.
 */
final class ResetToken implements QuicResetTokenGenerator {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 16;

    /** One for each event loop: the codec asks with each packet that comes, and a new one is kilobytes. */
    private final FastThreadLocal<Mac> macs;

    ResetToken() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
        macs = new FastThreadLocal<>() {
            @Override
            protected Mac initialValue() throws GeneralSecurityException {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                return mac;
            }
        };
    }

    @Override
    public ByteBuffer newResetToken(ByteBuffer connectionId) {
        Mac mac = macs.get();
        mac.update(connectionId);
        return ByteBuffer.wrap(mac.doFinal(), 0, LENGTH);
    }
}
