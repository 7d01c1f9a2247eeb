package io.agentdb.sync.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.server.LimitSettings;
import io.agentdb.sync.quic.server.ServerSettings;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.review.conflict.ConflictSettings;
import io.agentdb.sync.version.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/** Holds the defaults and limits that docs/scaling.md names to the code. */
class ScalingPageTest {

    private final String page = Files.readString(Path.of("docs/scaling.md"));

    ScalingPageTest() throws IOException {
    }

    @Test
    void defaults_areThoseOfTheSettings() {
        ServerSettings server = defaults("agentdb.server", ServerSettings.class);
        SyncSettings sync = defaults("agentdb.sync", SyncSettings.class);
        ConflictSettings conflicts = defaults("agentdb.conflicts", ConflictSettings.class);
        assertThat(page).contains("| `agentdb.server.max-connections` | " + server.maxConnections() + " by default",
                "`agentdb.server.rate-limit.max-bytes-per-minute` ("
                + server.rateLimit().maxBytesPerMinute().toMegabytes() + "MB)",
                "`.max-requests-per-minute` (" + server.rateLimit().maxRequestsPerMinute() + ")",
                "| `agentdb.server.limits.max-handshakes-per-minute` | "
                        + defaults("agentdb.server.limits", LimitSettings.class).maxHandshakesPerMinute()
                        + " per address",
                "`agentdb.client.pool-size` (" + defaults("agentdb.client", ClientSettings.class).poolSize() + ")",
                "| `agentdb.sync.max-concurrent-runs` | " + sync.maxConcurrentRuns() + ":",
                "`agentdb.sync.tombstone-retention` " + sync.tombstoneRetention().toDays() + "d",
                "`agentdb.conflicts.max-entries` " + conflicts.maxEntries() + ", `.retention` "
                + conflicts.retention().toDays() + "d", "| names in metrics | "
                        + "%,d".formatted(SyncMetrics.MOST_PEERS) + " peers |");
    }

    @Test
    void poolOfConnections_isTheApplications() throws IOException {
        Object pool = new YamlPropertySourceLoader().load("application", new ClassPathResource("application.yml"))
                .get(0)
                .getProperty("spring.datasource.hikari.maximum-pool-size");
        assertThat(page).contains("`spring.datasource.hikari.maximum-pool-size` (" + pool + ")");
    }

    @Test
    void asManyActorsAsThePageSays_fitIntoARequest_andNoMore() {
        int most = 3_233;
        assertThat(page).contains("At most " + "%,d".formatted(most) + " actors");
        assertThat(fits(most)).isTrue();
        assertThat(fits(most + 1)).isFalse();
    }

    private static <T> T defaults(String prefix, Class<T> type) {
        return new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate(prefix, type);
    }

    private static boolean fits(int actors) {
        Knowledge known = Knowledge.of(IntStream.range(0, actors).boxed()
                .collect(Collectors.toMap(i -> new Actor("node-%04d.aaaaaaaa".formatted(i)), i -> 1L << 27)));
        Actor feed = new Actor("served.aaaaaaaa");
        Message request = new Message.PullRequest(each(kind -> new Cursor(feed, 1L << 40, new UUID(1, 1))),
                Selection.ALL, 100,
                each(kind -> known), List.of());
        byte[] body = MessageCodec.encode(request);
        try {
            return body.length <= Limits.REQUEST_FRAME_BYTES && MessageCodec.decode(body).equals(request);
        } catch (ProtocolException tooMuch) {
            return false;
        }
    }

    private static <T> Map<Kind, T> each(Function<Kind, T> value) {
        return Kind.ALL.stream().collect(Collectors.toMap(Function.identity(), value));
    }
}
