package io.agentdb.sync.web.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.web.problem.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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
        Iterator<Long> room = List.of(64L * MIB, 64L * MIB, 1L * MIB).iterator();
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
    void settings_areNoneUnlessGiven_andASizeOfNothingIsRefused() {
        assertThat(new ImportSettings(" ", null)).isEqualTo(new ImportSettings(null, null));
        assertThatThrownBy(() -> new ImportSettings(null, DataSize.ofBytes(0)))
                .hasMessageContaining("agentdb.import.max-size must be positive");
    }

    @Test
    void whatAKilledProcessHasLeft_isRemoved_andWhatIsUnderWayStays() throws IOException {
        ImportFiles files = new ImportFiles(directory, disk -> 64L * MIB, Long.MAX_VALUE);
        UUID running = UUID.randomUUID();
        files.receive(running, new ByteArrayInputStream(new byte[1]), 1, bytes -> { });
        Path left = files.receive(UUID.randomUUID(), new ByteArrayInputStream(new byte[1]), 1, bytes -> { });
        Path others = Files.createFile(directory.resolve("notes.txt"));
        files.sweep(Set.of(running));
        assertThat(left).doesNotExist();
        assertThat(directory).isDirectoryContaining(file -> file.getFileName().toString().startsWith("" + running));
        assertThat(others).exists();
    }
}
