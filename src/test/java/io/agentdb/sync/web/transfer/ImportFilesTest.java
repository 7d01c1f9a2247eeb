package io.agentdb.sync.web.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.web.problem.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class ImportFilesTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void moreThanThereIsRoomFor_isRefusedBeforeAByteIsRead() {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, Long.MAX_VALUE);
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("it was read");
            }
        };
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), untouched, 109L * MIB, bytes -> { }))
                .isInstanceOf(Refusal.class).hasMessageContaining("109 MiB").hasMessageContaining("64 MiB")
                .extracting(e -> ((Refusal) e).getStatusCode().value()).isEqualTo(507);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void diskThatRunsFullInTheMiddle_keepsNothing() {
        Iterator<Long> room = List.of(640L * MIB, 640L * MIB, 0L).iterator();
        ImportFiles files = new ImportFiles(directory, disk -> room.next(), Long.MAX_VALUE);
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[20 * MIB]), -1,
                bytes -> { })).isInstanceOf(Refusal.class).hasMessageContaining("After 7 MiB");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void allThatWaitsTogether_isNoMoreThanMayBe() throws IOException {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, 10L * MIB);
        Path first = files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[3 * MIB]), -1, bytes -> { });
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), InputStream.nullInputStream(), 8L * MIB,
                bytes -> { })).isInstanceOf(Refusal.class).hasMessageContaining("room for 7 MiB");
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[20 * MIB]), -1,
                bytes -> { })).isInstanceOf(Refusal.class).hasMessageContaining("agentdb.import.max-size");
        assertThat(directory).isDirectoryContaining(first::equals);
    }

    @Test
    void sizeOfLessThanAStride_isHeldToTheByte() throws IOException {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, MIB);
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[MIB + 1]), -1,
                bytes -> { })).isInstanceOf(Refusal.class).hasMessageContaining("agentdb.import.max-size");
        assertThat(directory).isEmptyDirectory();
        files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[MIB]), -1, bytes -> { });
        assertThatThrownBy(() -> received(files, UUID.randomUUID())).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[1]), -1,
                bytes -> { })).isInstanceOf(Refusal.class);
    }

    @Test
    void whatAnotherImportTakesMeanwhile_countsToo() throws IOException {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, 2L * MIB);
        InputStream body = new ByteArrayInputStream(new byte[2 * MIB]) {
            @Override
            public int read(byte[] into) throws IOException {
                if (count == available()) {
                    files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[MIB]), -1, bytes -> { });
                }
                return super.read(into);
            }
        };
        assertThatThrownBy(() -> files.receive(UUID.randomUUID(), body, -1, bytes -> { }))
                .isInstanceOf(Refusal.class).hasMessageContaining("After 1 MiB");
        assertThat(files.room()).isEqualTo(MIB);
    }

    @Test
    void whatThereIsJustRoomFor_isTakenWhole() throws IOException {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, 6L * MIB);
        assertThat(files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[6 * MIB]), 6L * MIB,
                bytes -> { })).hasSize(6L * MIB);
        assertThat(files.room()).isZero();
    }

    @Test
    void roomThatNobodyCanTell_isRefusedWithWords() {
        ImportFiles files = new ImportFiles(directory, disk -> {
            throw new UncheckedIOException(new IOException("the disk is gone"));
        }, Long.MAX_VALUE);
        assertThatThrownBy(files::room).isInstanceOf(Refusal.class).hasMessageContaining(directory.toString())
                .hasMessageContaining("agentdb.import.dir");
    }

    @Test
    void settings_areNoneUnlessGiven_andASizeOfNothingIsRefused() {
        assertThat(new ImportSettings(" ", null)).isEqualTo(new ImportSettings(null, null));
        assertThatThrownBy(() -> new ImportSettings(null, DataSize.ofBytes(0)))
                .hasMessageContaining("agentdb.import.max-size must be positive");
    }

    @Test
    void whatAKilledProcessHasLeft_isRemoved_andWhatIsUnderWayOrSomebodysStays() throws IOException {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, Long.MAX_VALUE);
        UUID running = UUID.randomUUID();
        Path stays = received(files, running);
        Path left = received(files, UUID.randomUUID());
        Path notes = Files.createFile(directory.resolve("notes.txt"));
        Path others = Files.createFile(directory.resolve("others.import"));
        files.sweep(() -> Set.of(running));
        assertThat(left).doesNotExist();
        assertThat(List.of(stays, notes, others)).allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void importThatBeginsWhileItIsAskedWhichAreUnderWay_keepsItsFile() {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, Long.MAX_VALUE);
        Path left = received(files, UUID.randomUUID());
        AtomicReference<Path> begun = new AtomicReference<>();
        files.sweep(() -> {
            begun.set(received(files, UUID.randomUUID()));
            return Set.of();
        });
        assertThat(begun.get()).exists();
        assertThat(left).doesNotExist();
    }

    private static Path received(ImportFiles files, UUID id) {
        try {
            return files.receive(id, new ByteArrayInputStream(new byte[1]), 1, bytes -> { });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
