package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/protocol.md to the code. */
class ProtocolPageTest {

    private static final Pattern LIMIT = Pattern.compile("\\{([A-Z_]+)}");
    /** The page's table, with the names of {@link Limits} in place of their values. */
    private static final String LIMITS = """
            | what | at most |
            |---|---|
            | a frame | {FRAME_BYTES} bytes |
            | a frame on the control stream | {CONTROL_FRAME_BYTES} bytes |
            | the first frame of a request stream | {REQUEST_FRAME_BYTES} bytes |
            | a payload, decompressed | {BATCH_RAW_BYTES} bytes |
            | a payload of more than {FREELY_COMPRESSED} bytes, decompressed, by its compressed size | {COMPRESSION_RATIO} times |
            | records of a batch; `batch_records` (0: the server's choice) | {BATCH_RECORDS} |
            | embeddings of a batch; more are left out | {BATCH_EMBEDDINGS} |
            | tags of a selection | {LIST_ENTRIES} |
            | ranges of a query, digests of an answer | {RANGES} |
            | items of an answer | {ITEMS} |
            | ids of a fetch | {FETCH_IDS} |
            | claims of a message | {CLAIMS} |
            | actors of a record's context | {CONTEXT_ACTORS} |
            | actors of a kind that this node tells, or learns of | 1000 |
            | protobuf fields of a frame without its payload, nested ones, list elements and entries of `below` included,\
             `context` not | {FRAME_FIELDS} |
            | the same of a payload, decompressed | {BATCH_FIELDS} |
            """;

    private final String page = Files.readString(Path.of("docs/protocol.md"));

    ProtocolPageTest() throws IOException {
    }

    @Test
    void exampleOfAHello_isWhatTheCodecWrites() {
        Message.Hello hello = new Message.Hello(
                Limits.VERSION, new NodeId("alpha"), new Actor("alpha.aaaaaaaa"), List.of("zstd"),
                "secret", Instant.parse("2026-01-01T00:00:00Z"), "doc");
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
    void limits_areThoseOfTheCode_allOfThem_andNoOthers() throws IllegalAccessException {
        Map<String, Integer> limits = limits();
        Set<String> told = new TreeSet<>();
        String table = LIMIT.matcher(LIMITS).replaceAll(name -> {
            told.add(name.group(1));
            return limits.get(name.group(1)).toString();
        });
        assertThat(page).contains("\n\n" + table + "\n")
                .contains("at most " + limits.get("TEXT_CHARACTERS") / 1_000 + ","
                        + "%03d UTF-16 code units".formatted(limits.get("TEXT_CHARACTERS") % 1_000));
        told.add("TEXT_CHARACTERS");
        assertThat(told).isEqualTo(limits.keySet());
    }

    @Test
    void namesOfTheProtocol_areThoseOfTheCode() {
        assertThat(page).contains("ALPN `" + Limits.ALPN + "`")
                .contains("`protocol_version` is " + Limits.VERSION + ".");
        String optional = page.substring(page.indexOf("names optional features"), page.indexOf("ignore\nunknown ones"));
        assertThat(Pattern.compile("`([a-z-]+)`: ").matcher(optional).results().map(name -> name.group(1)))
                .containsExactlyInAnyOrderElementsOf(Limits.CAPABILITIES);
    }

    @Test
    void everyKind_isNamedWithItsRequiredColumns_andNoOthers() {
        String kinds = Kind.ALL.stream().map(kind -> "`" + kind + "`").collect(Collectors.joining(", "));
        String required = Kind.ALL.stream().map(kind -> kind + " " + kind.columns().stream().filter(Column::required)
                .map(column -> "`" + column.name() + "`").collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
        assertThat(page.replaceAll("\\s+", " ")).contains("holds records of one `kind` (" + kinds + ").")
                .contains("Required in each kind: " + required + ".");
    }

    /** Every number of {@link Limits} but the version. */
    private static Map<String, Integer> limits() throws IllegalAccessException {
        Map<String, Integer> limits = new TreeMap<>();
        for (Field field : Limits.class.getFields()) {
            if (field.getType() == int.class && !field.getName().equals("VERSION")) {
                limits.put(field.getName(), field.getInt(null));
            }
        }
        return limits;
    }
}
