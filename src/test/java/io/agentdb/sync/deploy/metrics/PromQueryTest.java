package io.agentdb.sync.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.deploy.metrics.PromQuery.Matching;
import io.agentdb.sync.deploy.metrics.PromQuery.Selector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromQueryTest {

    @Test
    void metrics_matchings_andLabels_areFoundWhereverTheyStand() {
        PromQuery query = PromQuery.parse("""
                sum by (peer, kind) (rate(a_total{direction="in", kind=~"x|y"}[5m])) / on (peer) group_left (node)
                  b offset 1h > 0.9 and time() - max without(pool) (c{d!="e"}) >= 1e3
                """);
        assertThat(query.selectors()).containsExactly(
                new Selector("a_total", List.of(new Matching("direction", "=", "in"),
                        new Matching("kind", "=~", "x|y"))),
                new Selector("b", List.of()), new Selector("c", List.of(new Matching("d", "!=", "e"))));
        assertThat(query.labels()).containsExactly("kind", "node", "peer", "pool");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{b=\"c}", "a # b", "a{b='c'}", "1 + 2", ""})
    void whatIsNoQuery_isRefused(String text) {
        assertThatThrownBy(() -> PromQuery.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
