package io.agentdb.sync.memory.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesAreReadWithTheirNumbers_andTheLastNeedsNoNewline() throws IOException {
        LineReader reader = reader("\ufeffa\r\n\n  \nb");
        assertThat(reader.next()).isTrue();
        assertThat(reader.text()).isEqualTo("a");
        assertThat(reader.next()).isTrue();
        assertThat(reader.blank()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.blank()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.text()).isEqualTo("b");
        assertThat(reader.number()).isEqualTo(4);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void aByteOrderMarkAlone_isABlankLine() throws IOException {
        LineReader reader = reader("\ufeff\r\n");
        assertThat(reader.next()).isTrue();
        assertThat(reader.blank()).isTrue();
    }

    @Test
    void aLineOf100Megabytes_isSkippedWithoutBeingKept() throws IOException {
        InputStream in = new SequenceInputStream(
                new Repeated("x".getBytes(StandardCharsets.UTF_8), 100_000_000), bytes("\nok\n"));
        LineReader reader = new LineReader(in, 8 << 20);
        assertThat(reader.next()).isTrue();
        assertThat(reader.blank()).isFalse();
        assertThatThrownBy(reader::text).hasMessage("the line must have at most 8388608 bytes, but has 100000000");
        assertThat(reader.next()).isTrue();
        assertThat(reader.text()).isEqualTo("ok");
        assertThat(reader.buffered()).isLessThan(9 << 20);
    }

    private static LineReader reader(String text) {
        return new LineReader(bytes(text), 100);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
