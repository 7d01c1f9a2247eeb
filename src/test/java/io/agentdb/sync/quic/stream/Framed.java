package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.codec.MessageCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Frames as they travel: each behind its length. */
public final class Framed {

    private Framed() {
    }

    public static byte[] one(byte[] body) {
        byte[] length = new byte[Frames.prefixLength(body.length)];
        for (int i = 0; i < length.length; i++) {
            length[i] = (byte) (body.length >>> 7 * i & 0x7f | (i < length.length - 1 ? 0x80 : 0));
        }
        return join(length, body);
    }

    /** In a list that can be changed. */
    public static List<byte[]> all(List<byte[]> bodies) {
        return new ArrayList<>(bodies.stream().map(Framed::one).toList());
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    /**
     * @return false if the last frame is cut off
     * @throws io.agentdb.sync.protocol.ProtocolException if one is no message
     */
    public static boolean messages(byte[] bytes, Consumer<Message> each) {
        int at = 0;
        while (at < bytes.length) {
            long length = 0;
            boolean more = true;
            for (int shift = 0; more && at < bytes.length; shift += 7) {
                length |= (long) (bytes[at] & 0x7f) << shift;
                more = bytes[at++] < 0;
            }
            if (more || at + length > bytes.length) {
                return false;
            }
            each.accept(MessageCodec.decode(Arrays.copyOfRange(bytes, at, (int) (at + length))));
            at += (int) length;
        }
        return true;
    }
}
