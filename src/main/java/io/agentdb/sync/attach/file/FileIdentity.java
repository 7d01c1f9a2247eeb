package io.agentdb.sync.attach.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * Which file stands at a path, and how it says that it is to be written. One thread.
 *
 * <p>The channel is opened before SQLite opens the file and closed after it, never in between: closing any descriptor
 * of a file takes away all locks that this process has on it, SQLite's too, and the next program to close the file
 * would take itself for the last one.
 */
final class FileIdentity implements AutoCloseable {

    /** Where the header says how to write and how to read the file (SQLite's file format, section 1.3.3). */
    private static final int VERSIONS = 18;
    /** Where it says how large pages are, and how many there are (sections 1.3.2 and 1.3.8). */
    private static final int PAGE_SIZE = 16;
    private static final int PAGES = 28;
    private static final byte WAL = 2;
    private static final String INSTALL = "install better-sqlite3 beside agentdb 3.0.0-alpha.19 or later, so that"
            + " AgentDB keeps the file in WAL mode";

    private final Path path;
    private final FileChannel channel;
    private final String key;
    private long size;

    private FileIdentity(Path path, FileChannel channel, String key) {
        this.path = path;
        this.channel = channel;
        this.key = key;
    }

    static FileIdentity open(Path path) throws FileStopped {
        try {
            String before = key(path);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            if (!before.equals(key(path))) {
                channel.close();
                throw new FileStopped("the file was replaced while it was opened: resume the attachment when its"
                        + " program has ended");
            }
            return new FileIdentity(path, channel, before);
        } catch (NoSuchFileException e) {
            throw new FileStopped("there is no such file: start AgentDB once (agentdb init), and resume the"
                    + " attachment");
        } catch (IOException e) {
            throw new FileStopped("the file cannot be read: give the node's user the right to read and write it and"
                    + " its folder");
        }
    }

    /** Whether the file is written by native SQLite alone, as far as its header tells. */
    static boolean isWal(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return isWal(channel);
        }
    }

    /** The file itself, under whatever path. */
    static String key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath().toString() : key.toString();
    }

    String key() {
        return key;
    }

    /** @throws FileStopped if it is not the file that was opened, or is not to be written any more */
    void check() throws FileStopped {
        try {
            if (!key(path).equals(key)) {
                throw new FileStopped("another file stands in its place now: AgentDB 3 without better-sqlite3 (sql.js)"
                        + " replaces the whole file when it saves, and so do editors and restores; " + INSTALL
                        + ", and resume the attachment");
            }
            if (!isWal(channel)) {
                throw new FileStopped("its header says that it is not in WAL mode any more: a program with sql.js"
                        + " (AgentDB 1.6.1 or 2.0, or 3.0 without better-sqlite3) has most likely written its whole"
                        + " file over it; end that program, " + INSTALL + ", and start the node again");
            }
            if (isCutOff()) {
                throw new FileStopped("it was cut off: a program has truncated it, or its disk has lost its end; end"
                        + " all programs that use it, mend it by sqlite3's .recover, and start the node again");
            }
        } catch (NoSuchFileException e) {
            throw new FileStopped("the file is gone: agentdb_init with reset deletes it, for example; resume the"
                    + " attachment when it is there again");
        } catch (IOException e) {
            throw new FileStopped("the file cannot be read any more: look at its disk, and start the node again");
        }
    }

    /**
     * SQLite's page cache would not notice until somebody writes. A vacuum makes a file smaller, too, but says so in
     * the header before; and a file that a checkpoint is just making larger is no smaller than before.
     */
    private boolean isCutOff() throws IOException {
        long before = size;
        size = channel.size();
        if (size >= before) {
            return false;
        }
        ByteBuffer header = ByteBuffer.allocate(PAGES + Integer.BYTES);
        if (channel.read(header, 0) < header.capacity()) {
            return true;
        }
        int page = Short.toUnsignedInt(header.getShort(PAGE_SIZE));
        return size < Integer.toUnsignedLong(header.getInt(PAGES)) * (page == 1 ? 65_536 : page);
    }

    private static boolean isWal(FileChannel channel) throws IOException {
        ByteBuffer versions = ByteBuffer.allocate(2);
        return channel.read(versions, VERSIONS) == 2 && Arrays.equals(versions.array(), new byte[] {WAL, WAL});
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read, and nothing is lost.
        }
    }
}
