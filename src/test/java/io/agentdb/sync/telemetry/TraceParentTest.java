package io.agentdb.sync.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

    static final String ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void traceparentOfVersion00_isTaken() {
        assertThat(TraceParent.of(ONE)).map(TraceParent::text).contains(ONE);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "0", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-and-more",
        "00-0af7651916cd43dd8448eb211c80319\u0661-b7ad6b7169203331-01"})
    void whateverElseAPeerSays_isNone(String text) {
        assertThat(TraceParent.of(text)).isEmpty();
    }

    @Test
    void noneIsMadeOfAnythingElse() {
        assertThatThrownBy(() -> new TraceParent("x".repeat(1_000_000))).isInstanceOf(IllegalArgumentException.class);
    }
}
