package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.version.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/protocol.md to the code. */
class ProtocolPageTest {

    private final String page = Files.readString(Path.of("docs/protocol.md"));

    ProtocolPageTest() throws IOException {
    }

    @Test
    void exampleOfAHello_isWhatTheCodecWrites() {
        Message.Hello hello = new Message.Hello(Limits.VERSION, "alpha", new Actor("alpha.aaaaaaaa"), List.of("zstd"), "secret",
                Instant.parse("2026-01-01T00:00:00Z"), "doc");
        byte[] body = MessageCodec.encode(hello);
        assertThat(body.length).as("one byte of varint is enough").isLessThan(128);
        int start = page.indexOf("```hex\n") + 7;
        String example = page.substring(start, page.indexOf("```", start)).replaceAll("#.*|\\s", "");
        assertThat(example).isEqualTo(HexFormat.of().toHexDigits((byte) body.length) + HexFormat.of().formatHex(body));
        assertThat(MessageCodec.decode(HexFormat.of().parseHex(example.substring(2)))).isEqualTo(hello);
    }

    @Test
    void everyErrorCode_hasItsLine() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(page).contains("| " + code.number() + " | " + code + " | ");
        }
    }

    @Test
    void limits_areThoseOfTheCode() {
        assertThat(page).contains(Limits.ALPN, "| " + Limits.FRAME_BYTES + " bytes |", "control stream | " + Limits.CONTROL_FRAME_BYTES + " bytes |",
                "request stream | " + Limits.REQUEST_FRAME_BYTES + " bytes |", "context | " + Limits.CONTEXT_ACTORS + " |",
                "more than " + Limits.FREELY_COMPRESSED + " bytes, decompressed, by its compressed size | " + Limits.COMPRESSION_RATIO + " times |",
                "selection | " + Limits.LIST_ENTRIES + " |", "| " + Limits.BATCH_RAW_BYTES + " bytes |",
                "server's choice) | " + Limits.BATCH_RECORDS + " |", "`context` not | " + Limits.FRAME_FIELDS + " |",
                "decompressed | " + Limits.BATCH_FIELDS + " |",
                "digests of an answer | " + Limits.RANGES + " |", "items of an answer | " + Limits.ITEMS + " |",
                "ids of a fetch | " + Limits.FETCH_IDS + " |", "`" + Limits.VERIFY + "`: answers");
    }

    @Test
    void everyKind_andItsRequiredColumns_areNamed() {
        for (Kind kind : Kind.ALL) {
            assertThat(page).contains("`" + kind + "`");
            kind.columns().stream().filter(Column::required)
                    .forEach(column -> assertThat(page).contains("`" + column.name() + "`"));
        }
    }
}
