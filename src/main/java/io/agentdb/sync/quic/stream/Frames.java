package io.agentdb.sync.quic.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The varint length before a frame's body, as protobuf writes it. */
public final class Frames {

    private Frames() {
    }

    public static ByteBuf frame(ByteBufAllocator allocator, byte[] body) {
        ByteBuf frame = allocator.directBuffer(body.length + 5);
        int length = body.length;
        while ((length & ~0x7f) != 0) {
            frame.writeByte(length & 0x7f | 0x80);
            length >>>= 7;
        }
        return frame.writeByte(length).writeBytes(body);
    }

    static int prefixLength(int length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
    }
}
