package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenGateTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void noConfiguredToken_letsEverybodyIn(String configured) {
        TokenGate gate = new TokenGate(configured);
        assertThat(gate.open()).isTrue();
        assertThat(gate.admits(null)).isTrue();
        assertThat(gate.admits("anything")).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "secre", "secret ", "Secret", "secrets"})
    void anythingButTheToken_isRefused(String shown) {
        assertThat(new TokenGate("secret").admits(shown)).isFalse();
    }

    @Test
    void token_isAdmitted() {
        assertThat(new TokenGate("sécret").admits("sécret")).isTrue();
        assertThat(new TokenGate("secret").open()).isFalse();
    }
}
