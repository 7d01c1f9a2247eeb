package io.agentdb.sync.memory.transfer;

import java.io.InputStream;

/** The same bytes many times over, without ever being in memory together. */
final class Repeated extends InputStream {

    private final byte[] unit;
    private final long total;
    private long given;

    Repeated(byte[] unit, long times) {
        this.unit = unit;
        this.total = unit.length * times;
    }

    @Override
    public int read() {
        return given == total ? -1 : unit[(int) (given++ % unit.length)] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (given == total) {
            return -1;
        }
        int count = (int) Math.min(length, total - given);
        for (int i = 0; i < count; i++) {
            into[offset + i] = unit[(int) ((given + i) % unit.length)];
        }
        given += count;
        return count;
    }

    /** Bytes that have been read. */
    long given() {
        return given;
    }
}
