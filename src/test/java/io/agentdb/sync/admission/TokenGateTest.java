package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenGateTest {

    @Test
    void withoutAToken_everybodyIsAdmitted() {
        for (TokenGate gate : new TokenGate[] {new TokenGate(null), new TokenGate(""), new TokenGate("  ")}) {
            assertThat(gate.open()).isTrue();
            assertThat(gate.admits(null)).isTrue();
            assertThat(gate.admits("anything")).isTrue();
        }
    }

    @Test
    void withAToken_onlyThatIsAdmitted() {
        TokenGate gate = new TokenGate("sesame");
        assertThat(gate.open()).isFalse();
        assertThat(gate.admits("sesame")).isTrue();
        for (String wrong : new String[] {null, "", "sesam", "sesame ", "Sesame"}) {
            assertThat(gate.admits(wrong)).as(wrong).isFalse();
        }
    }
}
